package dev.freshet.logging;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The escaping of texts that are logged. Clients choose much of them: topics, paths, origins, quotations in exceptions.
 * No such text appears as a line of its own, or moves a terminal's cursor. Stateless and thread-safe.
 */
public final class LogText {
    /** The most throwables of one that are copied: itself, causes and suppressed ones. */
    private static final int MOST_THROWABLES = 128;

    private LogText() {}

    /** Returns the values as texts and throwables without control characters. */
    public static Object[] escaped(@Nullable Object... values) {
        Object[] escaped = new Object[values.length];
        for (int i = 0; i < values.length; i++) {
            escaped[i] = values[i] instanceof Throwable thrown ? escaped(thrown) : escaped(textOf(values[i]));
        }
        return escaped;
    }

    /** Returns the text of a value. If its {@code toString} throws or returns null, the name of its class says so. */
    public static String textOf(@Nullable Object value) {
        String why;
        try {
            String text = String.valueOf(value);
            if (text != null) {
                return text;
            }
            why = "returned null";
        } catch (Throwable e) {
            why = "threw " + e.getClass().getName();
        }
        return requireNonNull(value).getClass().getName() + " [toString() " + why + "]";
    }

    /** Returns a text whose control characters are escaped. */
    public static String escaped(String text) {
        StringBuilder escaped = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isControl(c)) {
                escaped = escaped == null ? new StringBuilder(text.length() + 8).append(text, 0, i) : escaped;
                escaped.append(c == '\n' ? "\\n" : c == '\r' ? "\\r" : String.format("\\u%04x", (int) c));
            } else if (escaped != null) {
                escaped.append(c);
            }
        }
        return escaped == null ? text : escaped.toString();
    }

    /**
     * Returns whether the character is a control character, one of Unicode's two line ends, or changes the direction of
     * the text.
     */
    private static boolean isControl(char c) {
        int type = Character.getType(c);
        return type == Character.CONTROL
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || c >= '\u202a' && c <= '\u202e'
                || c >= '\u2066' && c <= '\u2069';
    }

    /**
     * Returns the same throwable if a logger can read it and all that it leads to, and finds no control character. Else
     * returns a copy in which they are escaped. Causes and suppressed throwables may refer to each other. Of more than
     * {@link #MOST_THROWABLES} the farthest are left out.
     */
    private static Throwable escaped(Throwable thrown) {
        Set<Throwable> all = Collections.newSetFromMap(new IdentityHashMap<>());
        all.add(thrown);
        Queue<Throwable> unread = new ArrayDeque<>(all);
        boolean isPlain = true;
        for (Throwable next = unread.poll(); next != null; next = unread.poll()) {
            isPlain &= isPlain(next);
            for (Throwable linked : links(next)) {
                if (all.size() == MOST_THROWABLES) {
                    isPlain &= all.contains(linked);
                } else if (all.add(linked)) {
                    unread.add(linked);
                }
            }
        }
        return isPlain ? thrown : requireNonNull(copies(all).get(thrown));
    }

    /** Returns whether text, messages, cause and stack trace can be read, and no text has a control character. */
    private static boolean isPlain(Throwable thrown) {
        try {
            String text = thrown.toString();
            var unusedCause = thrown.getCause();
            var unusedFrames = List.of(thrown.getStackTrace()); // rejects null
            return text != null
                    && isPlain(text)
                    && isPlain(thrown.getMessage())
                    && isPlain(thrown.getLocalizedMessage());
        } catch (Throwable e) {
            return false;
        }
    }

    private static boolean isPlain(@Nullable String text) {
        return text == null || escaped(text).equals(text);
    }

    private static StackTraceElement[] stackTraceOf(Throwable thrown) {
        try {
            return List.of(thrown.getStackTrace()).toArray(StackTraceElement[]::new);
        } catch (Throwable e) {
            return new StackTraceElement[0];
        }
    }

    private static @Nullable Throwable causeOf(Throwable thrown) {
        try {
            return thrown.getCause();
        } catch (Throwable e) {
            return null;
        }
    }

    /** Returns the cause if there is one, and the suppressed throwables. */
    private static List<Throwable> links(Throwable thrown) {
        List<Throwable> links = new ArrayList<>();
        Throwable cause = causeOf(thrown);
        if (cause != null) {
            links.add(cause);
        }
        links.addAll(List.of(thrown.getSuppressed()));
        return links;
    }

    /** Returns a copy of each throwable, which refers to the copies of the others and to nothing else. */
    private static Map<Throwable, Throwable> copies(Set<Throwable> all) {
        Map<Throwable, Throwable> copies = new IdentityHashMap<>();
        all.forEach(each -> copies.put(each, new Escaped(each)));
        copies.forEach((each, copy) -> {
            Throwable cause = copies.get(causeOf(each));
            if (cause != copy) {
                copy.initCause(cause);
            }
            for (Throwable suppressed : each.getSuppressed()) {
                Throwable other = copies.get(suppressed);
                if (other != null) {
                    copy.addSuppressed(other);
                }
            }
        });
        return copies;
    }

    /** A throwable with the text and stack trace of another, without its control characters. */
    private static final class Escaped extends Throwable {
        private static final long serialVersionUID = 1;

        Escaped(Throwable thrown) {
            super(escaped(textOf(thrown)));
            setStackTrace(stackTraceOf(thrown));
        }

        @Override
        public String toString() {
            return String.valueOf(getMessage());
        }
    }
}

package dev.freshet.logging;

import org.jspecify.annotations.Nullable;

/**
 * The escaping of texts that are logged. Clients choose much of them: topics, paths, origins, quotations in exceptions.
 * No such text appears as a line of its own, or moves a terminal's cursor. Stateless and thread-safe.
 */
public final class LogText {
    private static final int DEEPEST_CAUSE = 32;

    private LogText() {}

    /** Returns the values as texts and throwables without control characters. */
    public static Object[] escaped(@Nullable Object... values) {
        Object[] escaped = new Object[values.length];
        for (int i = 0; i < values.length; i++) {
            escaped[i] = values[i] instanceof Throwable thrown
                    ? escaped(thrown, DEEPEST_CAUSE)
                    : escaped(String.valueOf(values[i]));
        }
        return escaped;
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

    /** Returns a copy with control characters escaped, or the same throwable if it has none. */
    private static Throwable escaped(Throwable thrown, int deepest) {
        return isPlain(thrown, deepest) ? thrown : new Escaped(thrown, deepest);
    }

    private static boolean isPlain(Throwable thrown, int deepest) {
        Throwable cause = thrown.getCause();
        String text = String.valueOf(thrown);
        boolean plain = deepest == 0 || escaped(text).equals(text) && (cause == null || isPlain(cause, deepest - 1));
        for (Throwable suppressed : thrown.getSuppressed()) {
            plain &= deepest == 0 || isPlain(suppressed, deepest - 1);
        }
        return plain;
    }

    /** A throwable with the text and stack trace of another, without its control characters. */
    private static final class Escaped extends Throwable {
        private static final long serialVersionUID = 1;

        Escaped(Throwable thrown, int deepest) {
            super(escaped(String.valueOf(thrown)), cause(thrown, deepest));
            setStackTrace(thrown.getStackTrace());
            for (Throwable suppressed : deepest == 0 ? new Throwable[0] : thrown.getSuppressed()) {
                addSuppressed(escaped(suppressed, deepest - 1));
            }
        }

        private static @Nullable Throwable cause(Throwable thrown, int deepest) {
            Throwable cause = thrown.getCause();
            return cause == null || deepest == 0 ? null : escaped(cause, deepest - 1);
        }

        @Override
        public String toString() {
            return String.valueOf(getMessage());
        }
    }
}

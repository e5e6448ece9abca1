package dev.freshet.event;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;

/**
 * The rules of the header {@code Last-Event-ID} (HTML 9.2.4), in which a client sends the id of the last event that it
 * has received. An event's own id must come back unchanged in this header.
 *
 * <p>Stateless, hence safe for use by any number of threads.
 */
public final class LastEventId {
    /** The default length of the longest id, in bytes of UTF-8. */
    public static final int MAX_BYTES = 4096;

    private LastEventId() {}

    /**
     * Checks that HTTP carries an id back unchanged. A field value contains no control characters but tabs, and loses
     * spaces and tabs at its ends (RFC 9110 5.5). A lone surrogate has no encoding in UTF-8, and becomes U+FFFD.
     *
     * @param id the id of an event; an empty one passes, because no client sends it
     * @param maxBytes the most bytes of its UTF-8 encoding
     * @throws IllegalArgumentException if HTTP does not carry the id unchanged, or the id is too long
     */
    public static void check(String id, int maxBytes) {
        requireNonNull(id, "id");
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if (c < ' ' && c != '\t' || c == '\u007f') {
                throw refused(id, "no control character");
            }
            if (Character.isHighSurrogate(c) && i + 1 < id.length() && Character.isLowSurrogate(id.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw refused(id, "no lone surrogate");
            }
        }
        if (!id.isEmpty() && (isBlank(id.charAt(0)) || isBlank(id.charAt(id.length() - 1)))) {
            throw refused(id, "no space or tab at an end");
        }
        if (id.length() > maxBytes || id.getBytes(StandardCharsets.UTF_8).length > maxBytes) {
            throw refused(id, "at most " + maxBytes + " bytes in UTF-8");
        }
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private static IllegalArgumentException refused(String id, String expected) {
        return new IllegalArgumentException(
                "event.id: " + Text.quote(id) + " (expected: " + expected + ", so that Last-Event-ID can carry it)");
    }
}

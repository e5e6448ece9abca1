package dev.freshet.netty;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/** The headers that an application adds to a reply. They are checked as they are added. */
final class AddedHeaders {
    /** A token (RFC 9110 5.6.2). */
    static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    /** Headers that frame the message, belong to the connection, or are set by another option. */
    private static final Set<String> RESERVED = Set.of(
            "access-control-allow-credentials",
            "access-control-allow-headers",
            "access-control-allow-methods",
            "access-control-allow-origin",
            "access-control-expose-headers",
            "access-control-max-age",
            "connection",
            "content-length",
            "content-type",
            "date",
            "keep-alive",
            "proxy-connection",
            "sse-resume",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "x-content-type-options");

    /** Headers by which a stream would be cached, held back or misread on its way. */
    private static final Set<String> OF_STREAMS =
            Set.of("cache-control", "content-encoding", "content-range", "etag", "last-modified", "x-accel-buffering");

    /** Headers that have a default of the library, unless the reply sets them. */
    private static final Set<String> SINGLE = Set.of("allow", "retry-after");

    private static final char MOST = 255;

    private AddedHeaders() {}

    /** Adds a header to the head of a stream. */
    static List<Map.Entry<String, String>> addToStream(
            List<Map.Entry<String, String>> headers, String name, String value) {
        return add(headers, name, value, OF_STREAMS.contains(name(name)));
    }

    /** Adds a header to a whole response. */
    static List<Map.Entry<String, String>> add(List<Map.Entry<String, String>> headers, String name, String value) {
        return add(headers, name, value, false);
    }

    private static List<Map.Entry<String, String>> add(
            List<Map.Entry<String, String>> headers, String name, String value, boolean ofStream) {
        if (ofStream || RESERVED.contains(name(name))) {
            throw new IllegalArgumentException(
                    "header.name: \"" + name + "\" (expected: one that the library does not set itself)");
        }
        checkName(name);
        checkValue(name, Objects.requireNonNull(value, "value"));
        List<Map.Entry<String, String>> more = new ArrayList<>(headers);
        more.add(Map.entry(name, value));
        return List.copyOf(more);
    }

    private static String name(String name) {
        return Objects.requireNonNull(name, "name").toLowerCase(Locale.ROOT);
    }

    /** Returns whether a value of this name replaces the default. */
    static boolean isSingle(String name) {
        return SINGLE.contains(name(name));
    }

    /** Checks headers of a reply that was constructed without {@link #add}. */
    static List<Map.Entry<String, String>> checked(List<Map.Entry<String, String>> headers) {
        List<Map.Entry<String, String>> checked = List.of();
        for (Map.Entry<String, String> header : headers) {
            checked = addToStream(checked, header.getKey(), header.getValue());
        }
        return checked;
    }

    /** Checks that the name is a token (RFC 9110 5.6.2). */
    static void checkName(String name) {
        if (!TOKEN.matcher(name).matches()) {
            throw new IllegalArgumentException("header.name: \"" + name + "\" (expected: a token of RFC 9110 5.6.2)");
        }
    }

    /**
     * Checks that the value has one char for each byte on the wire (RFC 9110 5.5) and no surrounding space (RFC 9113
     * 8.2.1).
     */
    static void checkValue(String name, String value) {
        if (!value.equals(value.strip())) {
            throw new IllegalArgumentException(
                    "header.value: of " + name + ", \"" + value + "\" (expected: no space at its ends)");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' && c != '\t' || c == 0x7F || c > MOST) {
                throw new IllegalArgumentException("header.value: of " + name + ", character " + (int) c + " at " + i
                        + " (expected: no control character, and none above 255)");
            }
        }
    }
}

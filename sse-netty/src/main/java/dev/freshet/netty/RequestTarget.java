package dev.freshet.netty;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A parsed request target. The path is split at its slashes before it is decoded, so that an encoded slash stays in its
 * segment and nothing is decoded twice.
 *
 * @param authority of an absolute form {@code http://authority/path}, else null
 * @param segments of the path, percent-decoded; {@code /} has one that is empty
 * @param query the text behind the {@code ?} as received, "" if there is none
 */
record RequestTarget(@Nullable String authority, List<String> segments, String query) {
    /**
     * Parses a target. Returns null if no endpoint can match: for another form, a malformed escape or UTF-8, a
     * fragment, or NUL.
     */
    static @Nullable RequestTarget parse(String uri) {
        String rest = uri;
        String authority = null;
        int scheme = rest.regionMatches(true, 0, "http://", 0, 7)
                ? 7
                : rest.regionMatches(true, 0, "https://", 0, 8) ? 8 : 0;
        if (scheme > 0) {
            int end = scheme;
            while (end < rest.length() && rest.charAt(end) != '/' && rest.charAt(end) != '?') {
                end++;
            }
            authority = rest.substring(scheme, end);
            rest = rest.substring(end);
            if (authority.isEmpty()) {
                return null;
            }
            rest = rest.startsWith("/") ? rest : "/" + rest;
        }
        if (!rest.startsWith("/") || uri.indexOf('#') >= 0) {
            return null;
        }
        int mark = rest.indexOf('?');
        List<String> segments = segments(mark < 0 ? rest : rest.substring(0, mark));
        return segments == null
                ? null
                : new RequestTarget(authority, segments, mark < 0 ? "" : rest.substring(mark + 1));
    }

    String path() {
        return "/" + String.join("/", segments);
    }

    private static @Nullable List<String> segments(String path) {
        List<String> segments = new ArrayList<>(4);
        int start = 1;
        while (start <= path.length()) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            String segment = decode(path.substring(start, end));
            if (segment == null) {
                return null;
            }
            segments.add(segment);
            start = end + 1;
        }
        return segments;
    }

    private static @Nullable String decode(String raw) {
        boolean plain = true;
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == 0) {
                return null;
            }
            plain &= c != '%' && c < 0x80;
        }
        return plain ? raw : decodeBytes(raw);
    }

    private static @Nullable String decodeBytes(String raw) {
        ByteBuffer bytes = ByteBuffer.allocate(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            int b = raw.charAt(i);
            if (b == '%') {
                int high = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 1), 16) : -1;
                int low = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 2), 16) : -1;
                b = high < 0 || low < 0 ? 0 : high << 4 | low;
                i += 2;
            }
            if (b == 0 || b > 0xFF) {
                return null;
            }
            bytes.put((byte) b);
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}

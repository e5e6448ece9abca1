package dev.freshet.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The UTF-8 decoder of the WHATWG Encoding Standard, for a run of bytes. The decoder of the JDK differs from it in
 * malformed input only: for an encoded surrogate it returns one U+FFFD, where the standard requires one for each byte.
 * Well-formed input is therefore decoded by the JDK. Stateless.
 */
final class Utf8 {

    private static final char REPLACEMENT = '\uFFFD';

    private Utf8() {}

    static String decode(byte[] bytes, int from, int to) {
        String text = new String(bytes, from, to - from, UTF_8);
        return text.indexOf(REPLACEMENT) < 0 ? text : decodeMalformed(bytes, from, to);
    }

    /**
     * Decodes malformed input: one U+FFFD for each longest run that begins a legal sequence but does not end it, and
     * for each byte that begins none.
     */
    private static String decodeMalformed(byte[] bytes, int from, int to) {
        StringBuilder text = new StringBuilder(to - from);
        int i = from;
        while (i < to) {
            int lead = bytes[i++] & 0xFF;
            int more = lead < 0x80 ? 0 : lead < 0xC2 ? -1 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : lead < 0xF5 ? 3 : -1;
            if (more < 0) {
                text.append(REPLACEMENT);
                continue;
            }
            int lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
            int highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
            int codePoint = more == 0 ? lead : lead & (0x3F >> more);
            while (more > 0 && i < to && (bytes[i] & 0xFF) >= lowest && (bytes[i] & 0xFF) <= highest) {
                codePoint = (codePoint << 6) | (bytes[i++] & 0x3F);
                lowest = 0x80;
                highest = 0xBF;
                more--;
            }
            text.appendCodePoint(more > 0 ? REPLACEMENT : codePoint);
        }
        return text.toString();
    }
}

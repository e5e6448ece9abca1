package dev.freshet.codec;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * A growing array of UTF-8 lines. A text is read once, char by char, and split, encoded and prefixed in the same pass.
 *
 * <p>Not thread-safe; used within one call.
 */
final class Lines {

    private byte[] bytes;
    private int size;

    Lines(int capacity) {
        bytes = new byte[capacity];
    }

    /** Adds one line for each line of the text, each with the prefix. Empty text is one empty line. */
    void add(byte[] prefix, String text) {
        int length = text.length();
        put(prefix);
        int i = ascii(text, 0);
        while (i < length) {
            char c = text.charAt(i++);
            if (c == '\n' || c == '\r') {
                if (c == '\r' && i < length && text.charAt(i) == '\n') {
                    i++;
                }
                end();
                put(prefix);
            } else if (Character.isHighSurrogate(c) && i < length && Character.isLowSurrogate(text.charAt(i))) {
                putCodePoint(Character.toCodePoint(c, text.charAt(i++)));
            } else {
                putCodePoint(Character.isSurrogate(c) ? 0xFFFD : c);
            }
            i = ascii(text, i);
        }
        end();
    }

    /** Ends a line. */
    void end() {
        ensure(1);
        bytes[size++] = '\n';
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, size);
    }

    /** Copies the run of ASCII chars other than CR and LF; returns the index of the first char after it. */
    private int ascii(String text, int from) {
        int length = text.length();
        ensure(length - from);
        byte[] target = bytes;
        int at = size;
        int i = from;
        while (i < length) {
            char c = text.charAt(i);
            if (c >= 0x80 || c == '\n' || c == '\r') {
                break;
            }
            target[at++] = (byte) c;
            i++;
        }
        size = at;
        return i;
    }

    /** Puts a code point from U+0080 on. */
    private void putCodePoint(int c) {
        ensure(4);
        if (c < 0x800) {
            bytes[size++] = (byte) (0xC0 | (c >> 6));
        } else {
            if (c < 0x10000) {
                bytes[size++] = (byte) (0xE0 | (c >> 12));
            } else {
                bytes[size++] = (byte) (0xF0 | (c >> 18));
                bytes[size++] = (byte) (0x80 | ((c >> 12) & 0x3F));
            }
            bytes[size++] = (byte) (0x80 | ((c >> 6) & 0x3F));
        }
        bytes[size++] = (byte) (0x80 | (c & 0x3F));
    }

    private void put(byte[] some) {
        ensure(some.length);
        System.arraycopy(some, 0, bytes, size, some.length);
        size += some.length;
    }

    private void ensure(int more) {
        if (more > bytes.length - size) {
            long wanted = Math.max((long) size + more, bytes.length + (long) (bytes.length >> 1));
            long needed = (long) size + more;
            if (needed > Integer.MAX_VALUE - 8) {
                throw new OutOfMemoryError("an event of more than " + (Integer.MAX_VALUE - 8) + " bytes");
            }
            bytes = Arrays.copyOf(bytes, (int) Math.min(wanted, Integer.MAX_VALUE - 8));
        }
    }
}

package dev.freshet.harness;

import java.util.Arrays;

/** The bytes that a fuzzer has made, read as numbers, texts and chunks. After their end zeros are read. Not thread-safe. */
public final class FuzzInput {
    private static final int MOST_CUT = (1 << 16) - 1;

    private final byte[] bytes;
    private int at;

    /** Creates an input of these bytes, which are not copied. */
    public FuzzInput(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Returns whether all bytes were read. */
    public boolean isEmpty() {
        return at >= bytes.length;
    }

    /** Returns a number from 0 up to, but not including, a bound of at most 65,536. */
    public int next(int bound) {
        int value = bound <= 256 ? read() : read() << 8 | read();
        return value % bound;
    }

    private int read() {
        return at < bytes.length ? bytes[at++] & 0xFF : 0;
    }

    /** Returns a text of at most so many UTF-16 units, each of them any. */
    public String utf16(int maxLength) {
        char[] text = new char[next(maxLength + 1)];
        for (int i = 0; i < text.length; i++) {
            int c = read();
            text[i] = (char) (c < 0x80 ? c : c << 8 | read());
        }
        return new String(text);
    }

    /** Returns a text of at most so many characters up to U+00FF, such as a field of a message of HTTP. */
    public String latin1(int maxLength) {
        char[] text = new char[next(maxLength + 1)];
        for (int i = 0; i < text.length; i++) {
            text[i] = (char) read();
        }
        return new String(text);
    }

    /** Returns what was not read yet. */
    public byte[] rest() {
        byte[] rest = at < bytes.length ? Arrays.copyOfRange(bytes, at, bytes.length) : new byte[0];
        at = bytes.length;
        return rest;
    }

    /** Returns at most 7 numbers from 0 to 65,535, in ascending order; {@link #within} scales them to a length. */
    public int[] cuts() {
        int[] cuts = new int[next(8)];
        for (int i = 0; i < cuts.length; i++) {
            cuts[i] = next(MOST_CUT + 1);
        }
        Arrays.sort(cuts);
        return cuts;
    }

    /** Returns {@linkplain #cuts cuts} as indexes of something with a length: 0 is its start, 65,535 its end. */
    public static int[] within(int length, int[] cuts) {
        return Arrays.stream(cuts)
                .map(cut -> (int) ((long) cut * length / MOST_CUT))
                .toArray();
    }
}

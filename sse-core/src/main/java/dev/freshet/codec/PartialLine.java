package dev.freshet.codec;

import java.util.Arrays;

/**
 * The beginning of a line whose end has not been read yet.
 *
 * <p>Not thread-safe; used by one decoder.
 */
final class PartialLine {

    private static final int USUAL = 256;

    private byte[] bytes = new byte[USUAL];
    private int size;

    int size() {
        return size;
    }

    /** Adds bytes; the caller has checked that the line stays within its limit. */
    void add(byte[] more, int from, int to) {
        int needed = Math.addExact(size, to - from);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.max(needed, Math.min(2L * bytes.length, Integer.MAX_VALUE - 8)));
        }
        System.arraycopy(more, from, bytes, size, to - from);
        size = needed;
    }

    /**
     * Empties this buffer, and returns the array that has the line at its start. The array is valid until the next add.
     */
    byte[] take() {
        byte[] taken = bytes;
        size = 0;
        if (bytes.length > EventDecoder.KEEP) {
            bytes = new byte[USUAL];
        }
        return taken;
    }
}

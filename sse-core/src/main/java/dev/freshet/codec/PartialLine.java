package dev.freshet.codec;

import java.util.Arrays;

/**
 * The begin of a line whose end has not come yet.
 *
 * <p>Confined to its decoder.
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

    /** Empties this and gives the array that holds the line from its begin; it is valid until the next add. */
    byte[] take() {
        byte[] taken = bytes;
        size = 0;
        if (bytes.length > EventDecoder.KEEP) {
            bytes = new byte[USUAL];
        }
        return taken;
    }
}

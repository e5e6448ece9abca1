package dev.freshet.examples.load.client;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The format of the data of each event of a run: an at sign, the time when it was due, its sequence, the number of the
 * run, and padding up to the size. Immutable.
 *
 * <pre>
 * &#64;000000012a05f200.0000002a.5eed5eed.xxxxxxxx
 *  nanoseconds      sequence run
 * </pre>
 */
public final class Mark {

    /** The bytes before the padding. */
    static final int LENGTH = 36;

    private static final int SEQUENCE = 18;
    private static final int RUN = 27;
    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] VALUES = new byte[256];

    static {
        Arrays.fill(VALUES, (byte) -1);
        for (int i = 0; i < 16; i++) {
            VALUES[HEX.toLowHexDigit(i)] = (byte) i;
        }
    }

    private final int size;
    private final byte[] blank;

    /**
     * Creates the format of a run.
     *
     * @param run the number of the run
     * @param size the bytes of data in each event
     */
    public Mark(int run, int size) {
        this.size = size;
        blank = new byte[size];
        Arrays.fill(blank, (byte) 'x');
        blank[0] = '@';
        blank[SEQUENCE - 1] = '.';
        blank[RUN - 1] = '.';
        blank[LENGTH - 1] = '.';
        write(blank, RUN, 8, run);
    }

    int size() {
        return size;
    }

    /** Returns the data of one event. */
    byte[] data(long due, int sequence) {
        byte[] data = blank.clone();
        write(data, 1, 16, due);
        write(data, SEQUENCE, 8, sequence);
        return data;
    }

    /** Returns whether a prefix of data has this format, and is of this run. */
    boolean matches(byte[] bytes, int from, int to) {
        int length = to - from;
        return length >= LENGTH
                && bytes[from] == '@'
                && Arrays.equals(bytes, from + RUN - 1, to, blank, RUN - 1, length)
                && bytes[from + SEQUENCE - 1] == '.'
                && isHex(bytes, from + 1, from + SEQUENCE - 1)
                && isHex(bytes, from + SEQUENCE, from + RUN - 1);
    }

    static long due(byte[] bytes, int from) {
        return read(bytes, from + 1, 16);
    }

    static int sequence(byte[] bytes, int from) {
        return (int) read(bytes, from + SEQUENCE, 8);
    }

    private static boolean isHex(byte[] bytes, int from, int to) {
        int all = 0;
        for (int i = from; i < to; i++) {
            all |= VALUES[bytes[i] & 0xFF];
        }
        return all >= 0;
    }

    private static long read(byte[] bytes, int from, int digits) {
        long value = 0;
        for (int i = from; i < from + digits; i++) {
            value = value << 4 | VALUES[bytes[i] & 0xFF];
        }
        return value;
    }

    private static void write(byte[] bytes, int from, int digits, long value) {
        byte[] hex = HEX.toHexDigits(value, digits).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(hex, 0, bytes, from, digits);
    }
}

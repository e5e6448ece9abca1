package dev.freshet.codec;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/**
 * The parsing of a line's bytes. It compares bytes with ASCII only; a sequence of UTF-8 of two bytes or more contains
 * no ASCII, even if it is malformed. Stateless.
 */
final class Fields {

    /** The kind of a line, by the part before its first colon. */
    enum Name {
        COMMENT,
        EVENT,
        DATA,
        ID,
        RETRY,
        UNKNOWN
    }

    private static final byte[] EVENT = "event".getBytes(US_ASCII);
    private static final byte[] DATA = "data".getBytes(US_ASCII);
    private static final byte[] ID = "id".getBytes(US_ASCII);
    private static final byte[] RETRY = "retry".getBytes(US_ASCII);

    private Fields() {}

    static boolean startsWithBom(byte[] bytes, int from, int to) {
        return to - from >= 3
                && bytes[from] == (byte) 0xEF
                && bytes[from + 1] == (byte) 0xBB
                && bytes[from + 2] == (byte) 0xBF;
    }

    /** Returns the index of the first colon, or {@code to}. */
    static int colon(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && bytes[i] != ':') {
            i++;
        }
        return i;
    }

    static Name named(byte[] bytes, int from, int to) {
        return switch (to - from) {
            case 0 -> Name.COMMENT;
            case 2 -> check(ID, Name.ID, bytes, from, to);
            case 4 -> check(DATA, Name.DATA, bytes, from, to);
            case 5 ->
                bytes[from] == 'e'
                        ? check(EVENT, Name.EVENT, bytes, from, to)
                        : check(RETRY, Name.RETRY, bytes, from, to);
            default -> Name.UNKNOWN;
        };
    }

    private static Name check(byte[] spelled, Name name, byte[] bytes, int from, int to) {
        return Arrays.equals(bytes, from, to, spelled, 0, spelled.length) ? name : Name.UNKNOWN;
    }

    static boolean hasNul(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == 0) {
                return true;
            }
        }
        return false;
    }

    /** Returns the number of ASCII digits, {@link Long#MAX_VALUE} if it is larger, or -1 for any other byte or none. */
    static long digits(byte[] bytes, int from, int to) {
        long value = from == to ? -1 : 0;
        for (int i = from; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : value * 10 + digit;
        }
        return value;
    }
}

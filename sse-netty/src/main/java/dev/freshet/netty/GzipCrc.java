package dev.freshet.netty;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * The check sum of a gzip member (RFC 1952 2.3.1), of parts whose check sums are known. A check sum is a polynomial over
 * the field of two elements, modulo the one of CRC-32, whose bit 31 is the coefficient of x^0. That of two parts is the
 * one of the first times x to the number of the second's bits, plus the one of the second.
 */
final class GzipCrc {
    private static final int POLYNOMIAL = 0xedb88320;
    private static final int ONE = 1 << 31;
    /** x to the 8. */
    private static final int BYTE = 1 << 23;

    private GzipCrc() {}

    /** Returns the check sum of bytes, whose position is not moved. */
    static int of(ByteBuffer bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }

    /** Returns the check sum of two parts. */
    static int joined(int first, int second, int shift) {
        return times(first, shift) ^ second;
    }

    /** Returns the factor that stands for a second part of that many bytes. */
    static int shift(int bytes) {
        int factor = ONE;
        int square = BYTE;
        for (int left = bytes; left != 0; left >>>= 1) {
            if ((left & 1) != 0) {
                factor = times(factor, square);
            }
            square = times(square, square);
        }
        return factor;
    }

    private static int times(int a, int b) {
        int product = 0;
        int shifted = b;
        for (int bit = 31; bit >= 0; bit--) {
            product ^= shifted & -(a >>> bit & 1);
            shifted = shifted >>> 1 ^ POLYNOMIAL & -(shifted & 1);
        }
        return product;
    }
}

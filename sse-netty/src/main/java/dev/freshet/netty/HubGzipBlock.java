package dev.freshet.netty;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Lines as blocks of DEFLATE that begin and end on a byte (RFC 1951 3.2), none the last of the body. Immutable.
 *
 * @param deflated the blocks, not to be changed
 * @param length the length of the lines
 * @param crc the check sum of the lines
 * @param shift the factor of {@link GzipCrc#joined} for their length
 */
record HubGzipBlock(byte[] deflated, int length, int crc, int shift) {
    private static final int STORED_BYTES = (1 << 16) - 1;
    private static final int STORED_HEAD_BYTES = 5;

    /** Returns lines that are compressed already. */
    static HubGzipBlock of(byte[] deflated, ByteBuffer lines) {
        int length = lines.remaining();
        return new HubGzipBlock(deflated, length, GzipCrc.of(lines), GzipCrc.shift(length));
    }

    /** Returns lines without compression (RFC 1951 3.2.4). */
    static HubGzipBlock stored(ByteBuffer lines) {
        int length = lines.remaining();
        int blocks = (length + STORED_BYTES - 1) / STORED_BYTES;
        ByteBuffer out =
                ByteBuffer.allocate(length + blocks * STORED_HEAD_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (ByteBuffer left = lines.duplicate(); left.hasRemaining(); ) {
            int size = Math.min(STORED_BYTES, left.remaining());
            out.put((byte) 0).putShort((short) size).putShort((short) ~size);
            out.put(left.slice(left.position(), size));
            left.position(left.position() + size);
        }
        return of(out.array(), lines);
    }
}

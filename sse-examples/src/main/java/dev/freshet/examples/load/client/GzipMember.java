package dev.freshet.examples.load.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The decoder of one gzip member (RFC 1952), which passes on at once all that a piece of it decodes to. It checks the
 * trailer, and takes nothing after it. Not thread-safe.
 */
final class GzipMember implements AutoCloseable {

    private static final int FIXED = 10; // bytes of the header
    private static final int DEFLATE = 8;
    private static final int OPTIONAL = 0x1e; // flags of parts of the header that no server of streams sends
    private static final int TRAILER = 8;

    private final byte[] out;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final ByteBuf frame = Unpooled.buffer(FIXED); // the header; after the blocks, the trailer
    private boolean begun;
    private boolean whole;
    private long length;

    /**
     * Creates a decoder.
     *
     * @param out where to decode to; each call uses it anew
     */
    GzipMember(byte[] out) {
        this.out = out;
    }

    /**
     * Decodes a piece. Returns the number of bytes that it decodes to.
     *
     * @throws DataFormatException if it is not the next piece of a member
     */
    int decode(ByteBuf piece, Consumer<ByteBuf> sink) throws DataFormatException {
        int decoded = 0;
        if (!begun && take(piece, FIXED)) {
            checkHeader();
        }
        if (begun && !inflater.finished()) {
            decoded = inflate(piece, sink);
        }
        if (inflater.finished() && !whole && take(piece, TRAILER)) {
            checkTrailer();
        }
        if (whole && piece.isReadable()) {
            throw new DataFormatException("bytes after the trailer of gzip, such as of a second member");
        }
        return decoded;
    }

    /** Takes bytes up to so many in all. Returns whether there are so many. */
    private boolean take(ByteBuf piece, int bytes) {
        frame.writeBytes(piece, Math.min(piece.readableBytes(), bytes - frame.readableBytes()));
        return frame.readableBytes() == bytes;
    }

    private void checkHeader() throws DataFormatException {
        if (frame.getUnsignedShort(0) != 0x1f8b || frame.getByte(2) != DEFLATE || (frame.getByte(3) & OPTIONAL) != 0) {
            throw new DataFormatException("no header of gzip");
        }
        frame.clear();
        begun = true;
    }

    private int inflate(ByteBuf piece, Consumer<ByteBuf> sink) throws DataFormatException {
        int before = piece.readableBytes();
        inflater.setInput(piece.nioBuffer());
        int decoded = 0;
        int got = inflater.inflate(out);
        while (got > 0) {
            crc.update(out, 0, got);
            decoded += got;
            sink.accept(Unpooled.wrappedBuffer(out, 0, got));
            got = inflater.inflate(out);
        }
        if (inflater.needsDictionary()) {
            throw new DataFormatException("gzip with a dictionary");
        }
        piece.skipBytes(before - inflater.getRemaining());
        length += decoded;
        return decoded;
    }

    private void checkTrailer() throws DataFormatException {
        whole = true;
        if (frame.getUnsignedIntLE(0) != crc.getValue() || frame.getUnsignedIntLE(4) != (length & 0xffff_ffffL)) {
            throw new DataFormatException("the trailer of gzip is not that of the bytes before it");
        }
    }

    /** Returns whether the member is whole, its trailer included. */
    boolean isWhole() {
        return whole;
    }

    @Override
    public void close() {
        inflater.end();
    }
}

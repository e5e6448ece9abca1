package dev.freshet.netty;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.NettyRuntime;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The framing of the body of a hub's stream, in whole lines. Thread-safe.
 *
 * <p>A buffer that several channels write is full and cannot grow. Else TLS would append the next bytes of one channel
 * to it, and the other channels would also write them.
 */
enum StreamFraming {
    /**
     * No framing: the end of the connection ends the body to HTTP/1.0, and {@link Http2DataWriter} frames it for
     * HTTP/2.
     */
    PLAIN {
        @Override
        ByteBuf heartbeat() {
            return BEAT.duplicate();
        }

        @Override
        ByteBuf end() {
            return Unpooled.EMPTY_BUFFER;
        }

        @Override
        ByteBuf share(ByteBuf chunk, int length) {
            return chunk.retainedSlice(chunk.writerIndex() - CRLF_BYTES - length, length);
        }

        @Override
        void frame(List<byte[]> lines, ByteBuf out) {
            lines.forEach(out::writeBytes);
        }
    },

    /** Chunks (RFC 9112 7.1), so that a broken connection is not taken for the end of the body: HTTP/1.1. */
    CHUNKED {
        @Override
        ByteBuf heartbeat() {
            return BEAT_CHUNK.duplicate();
        }

        @Override
        ByteBuf end() {
            return LAST_CHUNK.duplicate();
        }

        @Override
        ByteBuf share(ByteBuf chunk, int length) {
            return chunk.retainedDuplicate();
        }

        @Override
        void frame(List<byte[]> lines, ByteBuf out) {
            int length = lines.stream().mapToInt(part -> part.length).sum();
            if (length > 0) { // a chunk without data would be the last
                ByteBufUtil.writeAscii(out, head(length));
                lines.forEach(out::writeBytes);
                out.writeShort(CRLF);
            }
        }
    };

    /** The most bytes that a chunk of less than 16 MiB adds to its lines. */
    static final int CHUNK_BYTES = 10;

    private static final int PAGE_BYTES = 8 << 10;
    /** The power of two of pages that are 1 MiB, the piece in which the pool takes memory. */
    private static final int MIB_OF_PAGES = 7;

    private static final int CRLF = '\r' << 8 | '\n';
    private static final int CRLF_BYTES = 2;

    /**
     * What is used in place of Netty's default allocator: itself, or where it is the adaptive one, which creates a
     * duplicate of a buffer anew for each channel, a pool that recycles duplicates. The pool has an arena for each core,
     * and no more than Netty has in its own pool for the direct memory that there is.
     */
    private static final ByteBufAllocator RECYCLING = ByteBufAllocator.DEFAULT instanceof AdaptiveByteBufAllocator
            ? new PooledByteBufAllocator(
                    true,
                    0,
                    Math.max(
                            1,
                            Math.min(
                                    NettyRuntime.availableProcessors(),
                                    PooledByteBufAllocator.defaultNumDirectArena())),
                    PAGE_BYTES,
                    MIB_OF_PAGES,
                    0,
                    0,
                    false)
            : ByteBufAllocator.DEFAULT;

    private static final ByteBuf BEAT = constant(":\n");
    private static final ByteBuf BEAT_CHUNK = constant("2\r\n:\n\r\n");
    private static final ByteBuf LAST_CHUNK = constant("0\r\n\r\n");

    /** Returns the framing of the stream that answers a request. */
    static StreamFraming of(Channel channel, HttpRequest request) {
        boolean chunked = !(channel instanceof Http2StreamChannel)
                && request.protocolVersion().compareTo(HttpVersion.HTTP_1_1) >= 0;
        return chunked ? CHUNKED : PLAIN;
    }

    private static ByteBuf constant(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return Unpooled.unreleasableBuffer(
                        Unpooled.directBuffer(bytes.length, bytes.length).writeBytes(bytes))
                .asReadOnly();
    }

    private static String head(int length) {
        return Integer.toHexString(length) + "\r\n";
    }

    /** Returns a comment of one line. A blank line after it would make some parsers dispatch an event without data. */
    abstract ByteBuf heartbeat();

    /** Returns a frame of the event, or of a comment if it is null. */
    ByteBuf heartbeat(ByteBufAllocator alloc, byte @Nullable [] event) {
        return event == null ? heartbeat() : frame(alloc, event);
    }

    /** Returns the end of the body; nothing may be written after it. */
    abstract ByteBuf end();

    /**
     * Copies lines that any number of channels write: a chunk, of which {@link #share} gives each channel its part.
     */
    static ByteBuf chunk(ByteBufAllocator alloc, ByteBuffer lines) {
        int length = lines.remaining();
        String head = head(length);
        int size = head.length() + length + CRLF_BYTES;
        ByteBuf chunk = (alloc == ByteBufAllocator.DEFAULT ? RECYCLING : alloc).directBuffer(size, size);
        ByteBufUtil.writeAscii(chunk, head);
        chunk.nioBuffer(head.length(), length).put(lines.duplicate()); // writeBytes would copy a read-only buffer twice
        return chunk.writerIndex(head.length() + length).writeShort(CRLF);
    }

    /**
     * Returns the part of a chunk that one channel writes, with indexes of its own, because a write moves them.
     *
     * @param length the bytes of lines in the chunk
     */
    abstract ByteBuf share(ByteBuf chunk, int length);

    /** Appends the lines as one frame. */
    abstract void frame(List<byte[]> lines, ByteBuf out);

    /** Returns a frame of the lines for one channel. */
    ByteBuf frame(ByteBufAllocator alloc, byte[] lines) {
        ByteBuf out = alloc.ioBuffer(lines.length + 16);
        frame(List.of(lines), out);
        return out;
    }
}

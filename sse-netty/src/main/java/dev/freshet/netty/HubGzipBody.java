package dev.freshet.netty;

import dev.freshet.log.Batch;
import dev.freshet.log.Cursor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The encoder of a body in one member of gzip (RFC 1952). Batches are the units of the {@link HubSharedDeflate} while
 * the stream is in step. Lines of this stream alone are blocks without compression, after which it is not. So are
 * batches while no other stream of the loop follows the same topics, and those of a single event over {@value
 * #MOST_BYTES} bytes, whose compression would hold the loop. Every frame ends on a byte.
 */
final class HubGzipBody extends HubBody {
    private static final int MOST_BYTES = 1 << 20;

    private static final long OUT_OF_STEP = -1;

    /** No name, no time, an unknown system. */
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    /** The last block, which is empty (RFC 1951 3.2.4). */
    private static final byte[] LAST_BLOCK = {1, 0, 0, (byte) 0xff, (byte) 0xff};

    private static final byte[] COMMENT = {':', '\n'};

    private @Nullable HubSharedDeflate shared;
    /** The number of the last unit that was written, if nothing was written since. */
    private long step = OUT_OF_STEP;

    private int crc;
    private int length;

    HubGzipBody(StreamFraming framing) {
        super(framing);
    }

    @Override
    void join(HubDeflaters deflaters, Cursor cursor) {
        shared = deflaters.join(cursor.logs());
    }

    @Override
    void leave() {
        HubSharedDeflate left = shared;
        if (left != null) {
            shared = null;
            left.deflaters().leave(left);
        }
    }

    @Override
    @Nullable
    Batch next(Cursor cursor) {
        return shared == null ? null : shared.next(cursor, step);
    }

    @Override
    void begin(List<byte[]> lines, ByteBuf out) {
        ByteBuffer all =
                ByteBuffer.allocate(lines.stream().mapToInt(part -> part.length).sum());
        lines.forEach(all::put);
        framing.frame(List.of(HEADER, own(all.flip())), out);
    }

    @Override
    ByteBuf batch(HubBatchCopy copy, ByteBufAllocator alloc) {
        HubSharedDeflate others = shared;
        if (others == null || others.members == 1 || copy.lines().remaining() > MOST_BYTES) {
            return own(copy, alloc);
        }
        HubDeflateUnit unit = others.unit(copy, step);
        return unit == null
                ? share(copy, others.deflaters().independent(copy), OUT_OF_STEP, alloc)
                : share(copy, unit.block(), unit.number(), alloc);
    }

    @Override
    ByteBuf piece(HubCopy copy, ByteBufAllocator alloc) {
        return shared == null
                ? own(copy, alloc)
                : share(copy, shared.deflaters().independent(copy), OUT_OF_STEP, alloc);
    }

    @Override
    ByteBuf own(HubCopy copy, ByteBufAllocator alloc) {
        return share(copy, copy.stored(), OUT_OF_STEP, alloc);
    }

    private ByteBuf share(HubCopy copy, HubGzipBlock block, long stepBehind, ByteBufAllocator alloc) {
        ByteBuf share = framing.share(copy.chunk(block, alloc), block.deflated().length);
        wrote(block, stepBehind);
        return share;
    }

    private void wrote(HubGzipBlock block, long stepBehind) {
        crc = GzipCrc.joined(crc, block.crc(), block.shift());
        length += block.length();
        step = stepBehind;
    }

    @Override
    ByteBuf lines(ByteBufAllocator alloc, byte[] lines) {
        return framing.frame(alloc, own(ByteBuffer.wrap(lines)));
    }

    private byte[] own(ByteBuffer lines) {
        HubGzipBlock block = HubGzipBlock.stored(lines);
        wrote(block, OUT_OF_STEP);
        return block.deflated();
    }

    @Override
    ByteBuf heartbeat(ByteBufAllocator alloc, byte @Nullable [] event) {
        return lines(alloc, event == null ? COMMENT : event);
    }

    @Override
    ChannelFuture end(ChannelHandlerContext ctx) {
        ByteBuffer trailer = ByteBuffer.allocate(LAST_BLOCK.length + 2 * Integer.BYTES);
        trailer.put(LAST_BLOCK).order(ByteOrder.LITTLE_ENDIAN).putInt(crc).putInt(length);
        ctx.write(framing.frame(ctx.alloc(), trailer.array()), ctx.voidPromise());
        return super.end(ctx);
    }
}

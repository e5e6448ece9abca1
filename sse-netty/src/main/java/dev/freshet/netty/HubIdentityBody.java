package dev.freshet.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The encoder of a body without a content coding. Immutable: all streams of one framing have the same. */
final class HubIdentityBody extends HubBody {
    private static final HubIdentityBody PLAIN = new HubIdentityBody(StreamFraming.PLAIN);
    private static final HubIdentityBody CHUNKED = new HubIdentityBody(StreamFraming.CHUNKED);

    private HubIdentityBody(StreamFraming framing) {
        super(framing);
    }

    static HubIdentityBody of(StreamFraming framing) {
        return framing == StreamFraming.PLAIN ? PLAIN : CHUNKED;
    }

    @Override
    void begin(List<byte[]> lines, ByteBuf out) {
        framing.frame(lines, out);
    }

    @Override
    ByteBuf batch(HubBatchCopy copy, ByteBufAllocator alloc) {
        return piece(copy, alloc);
    }

    @Override
    ByteBuf piece(HubCopy copy, ByteBufAllocator alloc) {
        return framing.share(copy.identity(alloc), copy.lines().remaining());
    }

    @Override
    ByteBuf own(HubCopy copy, ByteBufAllocator alloc) {
        return piece(copy, alloc);
    }

    @Override
    ByteBuf lines(ByteBufAllocator alloc, byte[] lines) {
        return framing.frame(alloc, lines);
    }

    @Override
    ByteBuf heartbeat(ByteBufAllocator alloc, byte @Nullable [] event) {
        return framing.heartbeat(alloc, event);
    }
}

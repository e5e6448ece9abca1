package dev.freshet.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lines that streams of one event loop share, copied once in each form that one of them writes. Called on the
 * loop.
 */
class HubCopy {
    /** A block as a chunk, for {@link StreamFraming#share}. */
    private record Framed(HubGzipBlock block, ByteBuf chunk) {}

    private final ByteBuffer lines;
    private final Consumer<ByteBuf> owner;
    private final List<Framed> framed = new ArrayList<>(0);
    private @Nullable ByteBuf identity;
    private @Nullable HubGzipBlock stored;

    /** The lines compressed without reference to what precedes them, or null before that; set by {@link HubDeflaters}. */
    @Nullable
    HubGzipBlock independent;

    /**
     * Creates a copy of nothing yet.
     *
     * @param lines the lines, whose position and limit are not changed
     * @param owner takes over the reference of each buffer that is made, and holds it as long as this copy is used
     */
    HubCopy(ByteBuffer lines, Consumer<ByteBuf> owner) {
        this.lines = lines;
        this.owner = owner;
    }

    final ByteBuffer lines() {
        return lines;
    }

    /** Returns the lines as a chunk, for {@link StreamFraming#share}. */
    final ByteBuf identity(ByteBufAllocator alloc) {
        ByteBuf made = identity;
        if (made == null) {
            made = chunk(lines, alloc);
            identity = made;
        }
        return made;
    }

    /** Returns the lines in the format of DEFLATE, without compression. */
    final HubGzipBlock stored() {
        HubGzipBlock made = stored;
        if (made == null) {
            made = HubGzipBlock.stored(lines);
            stored = made;
        }
        return made;
    }

    /** Returns a block of these lines as a chunk, for {@link StreamFraming#share}. */
    final ByteBuf chunk(HubGzipBlock block, ByteBufAllocator alloc) {
        for (int i = 0; i < framed.size(); i++) {
            if (framed.get(i).block() == block) {
                return framed.get(i).chunk();
            }
        }
        ByteBuf made = chunk(ByteBuffer.wrap(block.deflated()), alloc);
        framed.add(new Framed(block, made));
        return made;
    }

    private ByteBuf chunk(ByteBuffer bytes, ByteBufAllocator alloc) {
        ByteBuf made = StreamFraming.chunk(alloc, bytes);
        owner.accept(made);
        return made;
    }
}

package dev.freshet.netty;

import dev.freshet.log.Snapshot;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The direct copies of the snapshots that the streams of one event loop write. Each piece is copied once for all
 * streams, and released when the last stream has left. Above {@value #MOST_BYTES} bytes the pieces of the oldest
 * snapshot are released before that; a stream that still writes them copies them again. Confined to the event loop of
 * its owner.
 */
final class HubSnapshotCopies {
    static final int MOST_BYTES = 8 << 20;

    /** The copies of one snapshot. */
    private final class Copies implements Consumer<ByteBuf> {
        private final @Nullable HubCopy[] pieces;
        private final List<ByteBuf> made = new ArrayList<>();
        private int streams;
        private int size;

        Copies(int count) {
            this.pieces = new HubCopy[count];
        }

        HubCopy piece(int index, ByteBuffer lines) {
            HubCopy copy = pieces[index];
            if (copy == null) {
                copy = new HubCopy(lines, this);
                pieces[index] = copy;
            }
            return copy;
        }

        @Override
        public void accept(ByteBuf piece) {
            made.add(piece);
            size += piece.capacity();
            bytes += piece.capacity();
        }

        void release() {
            Arrays.fill(pieces, null);
            made.forEach(unsent::madeForOne);
            made.clear();
            bytes -= size;
            size = 0;
        }
    }

    /** The copies by snapshot, the oldest first. */
    private final Map<Snapshot, Copies> bySnapshot = new LinkedHashMap<>();

    private final StreamUnsentBytes unsent;
    private int bytes;

    HubSnapshotCopies(StreamUnsentBytes unsent) {
        this.unsent = unsent;
    }

    /** Returns the direct memory that the copies take. */
    int bytes() {
        return bytes;
    }

    /** Called once by a stream before its first piece. */
    void join(Snapshot snapshot) {
        assert unsent.isConfined();
        bySnapshot.computeIfAbsent(snapshot, key -> new Copies(key.pieces())).streams++;
    }

    /** Called once by a stream that has joined, after its last piece. */
    void leave(Snapshot snapshot) {
        assert unsent.isConfined();
        Copies copies = bySnapshot.get(snapshot);
        if (copies != null && --copies.streams == 0) {
            copies.release();
            bySnapshot.remove(snapshot);
        }
    }

    /** Returns a piece to write, for a stream that has joined. */
    ByteBuf frame(Snapshot snapshot, int index, ByteBuffer lines, HubBody body, ByteBufAllocator alloc) {
        assert unsent.isConfined();
        Copies copies = bySnapshot.get(snapshot);
        if (copies == null) {
            throw new IllegalStateException("snapshot: not joined");
        }
        ByteBuf share = body.piece(copies.piece(index, lines), alloc);
        Iterator<Copies> oldest = bySnapshot.values().iterator();
        while (bytes > Math.min(MOST_BYTES, unsent.most())) {
            oldest.next().release();
        }
        return share;
    }
}

package dev.freshet.netty;

import dev.freshet.log.Snapshot;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
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
    private static final class Copies {
        private final @Nullable ByteBuf[] pieces;
        private int streams;
        private int bytes;

        Copies(int count) {
            this.pieces = new ByteBuf[count];
        }

        int release(StreamUnsentBytes unsent) {
            int before = bytes;
            for (int i = 0; i < pieces.length && bytes > 0; i++) {
                ByteBuf piece = pieces[i];
                if (piece != null) {
                    pieces[i] = null;
                    bytes -= piece.capacity();
                    unsent.madeForOne(piece);
                }
            }
            return before;
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
            bytes -= copies.release(unsent);
            bySnapshot.remove(snapshot);
        }
    }

    /** Returns a piece to write, for a stream that has joined. */
    ByteBuf frame(Snapshot snapshot, int index, ByteBuffer lines, StreamFraming framing, ByteBufAllocator alloc) {
        assert unsent.isConfined();
        Copies copies = bySnapshot.get(snapshot);
        if (copies == null) {
            throw new IllegalStateException("snapshot: not joined");
        }
        ByteBuf copy = copies.pieces[index];
        if (copy == null) {
            copy = StreamFraming.chunk(alloc, lines);
            copies.pieces[index] = copy;
            copies.bytes += copy.capacity();
            bytes += copy.capacity();
        }
        ByteBuf share = framing.share(copy, lines.remaining());
        Iterator<Copies> oldest = bySnapshot.values().iterator();
        while (bytes > Math.min(MOST_BYTES, unsent.most())) {
            bytes -= oldest.next().release(unsent);
        }
        return share;
    }
}

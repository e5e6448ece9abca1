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
 * The direct copies of the snapshots that streams of one event loop are writing: each piece is copied once for all of them,
 * wherever they stand, and let go with the last of them. Of more than {@value #MOST_BYTES} bytes those of the oldest snapshot are
 * let go before; who still writes that copies again. Confined to the loop.
 */
final class HubSnapshotCopies {
    static final int MOST_BYTES = 8 << 20;

    /** Those of one snapshot. */
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

    /** The oldest first. */
    private final Map<Snapshot, Copies> bySnapshot = new LinkedHashMap<>();

    private final StreamUnsentBytes unsent;
    private int bytes;

    HubSnapshotCopies(StreamUnsentBytes unsent) {
        this.unsent = unsent;
    }

    /** How much direct memory they take. */
    int bytes() {
        return bytes;
    }

    /** One stream more writes it. */
    void join(Snapshot snapshot) {
        bySnapshot.computeIfAbsent(snapshot, some -> new Copies(some.pieces())).streams++;
    }

    /** One that joined does not write it any more. */
    void leave(Snapshot snapshot) {
        Copies copies = bySnapshot.get(snapshot);
        if (copies != null && --copies.streams == 0) {
            bytes -= copies.release(unsent);
            bySnapshot.remove(snapshot);
        }
    }

    /** For one that has joined: a piece to write. */
    ByteBuf frame(Snapshot snapshot, int index, ByteBuffer lines, StreamFraming framing, ByteBufAllocator alloc) {
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

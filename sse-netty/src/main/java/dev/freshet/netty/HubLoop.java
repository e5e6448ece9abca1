package dev.freshet.netty;

import dev.freshet.log.Batch;
import dev.freshet.log.Cursor;
import dev.freshet.log.TopicLog;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The streams of one event loop, and what those of hubs share: the fan-outs of topics and the copies. Confined to the loop. */
final class HubLoop extends StreamLoop {
    private final IdentityHashMap<TopicLog, HubFanout> fanouts = new IdentityHashMap<>();
    private final HubBatchCopies copies;
    private final HubRoomQueue room;
    /** What is written before the log is read. */
    final HubSnapshotCopies snapshots;

    private boolean endsPassSoon;

    HubLoop(Owner owner, EventLoop loop) {
        super(owner, loop);
        this.copies = new HubBatchCopies(unsent());
        this.snapshots = new HubSnapshotCopies(unsent());
        this.room = new HubRoomQueue(unsent());
    }

    /** Joins the fan-out of its topics, too. */
    void follow(HubStream stream) {
        join(stream);
        List<TopicLog> logs = stream.cursor.logs();
        for (int slot = 0; slot < logs.size(); slot++) {
            fanouts.computeIfAbsent(logs.get(slot), log -> new HubFanout(this, log))
                    .join(stream, slot);
        }
    }

    void unfollow(HubStream stream) {
        List<TopicLog> logs = stream.cursor.logs();
        for (int slot = 0; slot < logs.size(); slot++) {
            HubFanout fanout = fanouts.get(logs.get(slot));
            if (fanout != null && fanout.leave(stream, slot)) {
                fanouts.remove(logs.get(slot));
            }
        }
        leave(stream);
    }

    /** A stream is about to read: first of all what those did in this pass who stood at the same place. */
    void beginRun(Cursor cursor) {
        assert loop().inEventLoop();
        copies.beginRun(cursor);
    }

    /** The batch that comes next where the stream goes the way of those before, for its cursor to compare. */
    @Nullable
    Batch shared() {
        return copies.next();
    }

    /** The batch as a buffer to write: copied out of the log once for all who read it, whatever their framing. */
    ByteBuf frame(Batch batch, StreamFraming framing, ByteBufAllocator alloc) {
        assert loop().inEventLoop();
        delivered(batch.bytes().remaining());
        return copies.frame(batch, framing, alloc);
    }

    /** Ends the pass of all who read in this turn of the loop: those that open or become writable together share, too. */
    void endPassSoon() {
        if (!endsPassSoon) {
            endsPassSoon = true;
            if (!EventLoops.execute(loop(), this::endPass)) {
                endPass();
            }
        }
    }

    /** Lets go of the copies, so that none is held but for those who write it. */
    void endPass() {
        endsPassSoon = false;
        copies.release();
        passEnded();
    }

    /** Lets the stream go on once less waits in sockets. */
    void whenRoom(HubStream stream) {
        room.add(stream);
        tickSoon();
    }

    @Override
    boolean resumeWaiting(long deadline) {
        room.resume(deadline);
        return !room.isEmpty();
    }
}

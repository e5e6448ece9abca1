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

/**
 * The streams of one event loop, with the fan-outs and the copies that the hubs' streams share. Confined to the loop.
 */
final class HubLoop extends StreamLoop {
    private final IdentityHashMap<TopicLog, HubFanout> fanouts = new IdentityHashMap<>();
    private final HubBatchCopies copies;
    private final HubRoomQueue room;
    /** The copies of snapshots, which are written before the log is read. */
    final HubSnapshotCopies snapshots;

    private final HubDeflaters deflaters;

    private boolean endsPassSoon;

    HubLoop(Owner owner, EventLoop eventLoop) {
        super(owner, eventLoop);
        this.copies = new HubBatchCopies(unsent());
        this.snapshots = new HubSnapshotCopies(unsent());
        this.deflaters = new HubDeflaters(eventLoop);
        this.room = new HubRoomQueue(unsent());
    }

    /** Adds the stream, also to the fan-outs of its topics. */
    void follow(HubStream stream) {
        assert eventLoop().inEventLoop();
        join(stream);
        stream.body.join(deflaters, stream.cursor);
        List<TopicLog> logs = stream.cursor.logs();
        for (int slot = 0; slot < logs.size(); slot++) {
            fanouts.computeIfAbsent(logs.get(slot), log -> new HubFanout(this, log))
                    .join(stream, slot);
        }
    }

    /** Removes the stream, also from the fan-outs of its topics. */
    void unfollow(HubStream stream) {
        assert eventLoop().inEventLoop();
        stream.body.leave();
        List<TopicLog> logs = stream.cursor.logs();
        for (int slot = 0; slot < logs.size(); slot++) {
            HubFanout fanout = fanouts.get(logs.get(slot));
            if (fanout != null && fanout.leave(stream, slot)) {
                fanouts.remove(logs.get(slot));
            }
        }
        leave(stream);
    }

    /** The compressors of this loop. */
    HubDeflaters deflaters() {
        return deflaters;
    }

    /** Returns whether events wait that the stream would read. */
    boolean isLingering(HubStream stream) {
        assert eventLoop().inEventLoop();
        for (TopicLog log : stream.cursor.logs()) {
            HubFanout fanout = fanouts.get(log);
            if (fanout != null && fanout.isLingering()) {
                return true;
            }
        }
        return false;
    }

    /** Called before a stream reads: it follows the streams that have read from the same position in this pass. */
    void beginRun(Cursor cursor) {
        assert eventLoop().inEventLoop();
        copies.beginRun(cursor);
    }

    /**
     * Returns the batch that comes next if the stream continues like those that it follows, for its cursor to compare,
     * or null.
     */
    @Nullable
    Batch shared() {
        assert eventLoop().inEventLoop();
        return copies.next();
    }

    /** Returns the batch as a buffer to write: a copy that is made once for all streams, whatever their framing. */
    ByteBuf frame(Batch batch, HubBody body, ByteBufAllocator alloc) {
        assert eventLoop().inEventLoop();
        counts().delivered(batch.events(), batch.bytes().remaining());
        return copies.frame(batch, body, alloc);
    }

    /**
     * Ends the pass after the streams that read in this iteration of the loop, so that those that open or become
     * writable together also share copies.
     */
    void endPassSoon() {
        assert eventLoop().inEventLoop();
        if (!endsPassSoon) {
            endsPassSoon = true;
            if (!EventLoops.execute(eventLoop(), this::endPass)) {
                endPass();
            }
        }
    }

    /** Ends the pass: releases the copies, so that only the channels that write them hold them. */
    void endPass() {
        assert eventLoop().inEventLoop();
        endsPassSoon = false;
        copies.release();
        passEnded();
    }

    /** Resumes the stream once fewer bytes wait in sockets. */
    void whenRoom(HubStream stream) {
        assert eventLoop().inEventLoop();
        room.add(stream);
        tickSoon();
    }

    @Override
    boolean resumeWaiting(long deadline) {
        assert eventLoop().inEventLoop();
        deflaters.tick(EventLoops.nanoTime(eventLoop()));
        room.resume(deadline);
        return !room.isEmpty();
    }
}

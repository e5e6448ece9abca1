package dev.freshet.netty;

import dev.freshet.log.Batch;
import dev.freshet.log.TopicLog;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The streams of one engine on one event loop, and what they share. Confined to the loop. */
final class LoopGroup {
    private static final ByteBuf HEARTBEAT = Unpooled.unreleasableBuffer(
                    Unpooled.directBuffer(4, 4).writeBytes(":\n\n".getBytes(StandardCharsets.UTF_8)))
            .asReadOnly();

    private final Engine engine;
    private final EventLoop loop;
    private final List<StreamConnection> connections = new ArrayList<>();
    private final Map<TopicLog, TopicFanout> fanouts = new IdentityHashMap<>();
    private @Nullable ScheduledFuture<?> timer;

    private @Nullable Batch shared;
    private @Nullable ByteBuf sharedBytes;

    LoopGroup(Engine engine, EventLoop loop) {
        this.engine = engine;
        this.loop = loop;
    }

    Engine engine() {
        return engine;
    }

    EventLoop loop() {
        return loop;
    }

    void join(StreamConnection connection) {
        assert loop.inEventLoop();
        connection.place = connections.size();
        connections.add(connection);
        engine.connections().opened(connection);
        for (TopicLog log : connection.cursor().logs()) {
            fanouts.computeIfAbsent(log, l -> new TopicFanout(this, l)).join(connection);
        }
        if (timer == null) {
            long nanos = Math.min(
                            engine.options().heartbeat().toNanos(),
                            engine.options().writeTimeout().toNanos())
                    / 8;
            timer = loop.scheduleWithFixedDelay(this::tick, nanos, nanos, TimeUnit.NANOSECONDS);
        }
    }

    void leave(StreamConnection connection) {
        assert loop.inEventLoop();
        StreamConnection last = connections.remove(connections.size() - 1);
        if (last != connection) {
            connections.set(connection.place, last);
            last.place = connection.place;
        }
        for (TopicLog log : connection.cursor().logs()) {
            TopicFanout fanout = fanouts.get(log);
            if (fanout != null && fanout.leave(connection)) {
                fanouts.remove(log);
            }
        }
        if (connections.isEmpty() && timer != null) {
            timer.cancel(false);
            timer = null;
            engine.empty(this);
        }
        engine.connections().closed(connection);
        engine.left();
    }

    private void tick() {
        long now = System.nanoTime();
        for (int i = connections.size() - 1; i >= 0; i--) {
            if (i < connections.size()) {
                StreamConnection connection = connections.get(i);
                try {
                    connection.tick(now);
                } catch (RuntimeException | Error e) {
                    connection.fail(e); // and harm no other
                }
            }
        }
    }

    static ByteBuf heartbeat() {
        return HEARTBEAT.duplicate();
    }

    /** The batch read last in this pass, for the next cursor to compare its place with. */
    @Nullable
    Batch shared() {
        return shared;
    }

    /** The batch as a buffer to write: one wrapper for all who stand at the same place. */
    ByteBuf wrap(Batch batch) {
        ByteBuf bytes = sharedBytes;
        if (bytes == null || batch != shared) {
            endPass();
            bytes = Unpooled.wrappedBuffer(batch.bytes());
            shared = batch;
            sharedBytes = bytes;
        }
        return bytes.retainedDuplicate();
    }

    /** Lets go of the shared batch, so that no memory of the log is held while nothing is written. */
    void endPass() {
        if (sharedBytes != null) {
            sharedBytes.release();
        }
        shared = null;
        sharedBytes = null;
    }
}

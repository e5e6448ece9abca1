package dev.freshet.netty;

import dev.freshet.event.EventId;
import dev.freshet.hub.SseHub;
import dev.freshet.log.EndPosition;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;

/**
 * One call that ends streams by a predicate, including those that open later, at one position of each hub. Thread-safe.
 */
final class StreamRevocation {
    /**
     * The position in a hub that no stream had followed before the call. Nothing is read up to it, so a client resumes
     * at its own position.
     */
    private static final EndPosition NOTHING = new EndPosition();

    static {
        NOTHING.fixAfter(new EventId(0, 0));
    }

    /** The mark of requests that are received after the call. */
    final StreamRevocations.Mark behind = new StreamRevocations.Mark();

    private final Predicate<? super SseConnection> predicate;
    private final EventLoopHoldWatch holds;
    /** Whether streams end at once, not at a position of each hub. */
    final boolean aborts;

    private final Map<SseHub, EndPosition> ends = new ConcurrentHashMap<>();
    private final Queue<StreamBase> late = new ConcurrentLinkedQueue<>();

    private volatile boolean done;

    StreamRevocation(Predicate<? super SseConnection> predicate, boolean aborts, EventLoopHoldWatch holds) {
        this.holds = holds;
        this.predicate = predicate;
        this.aborts = aborts;
    }

    /** Creates the position in a hub, whether or not any of its streams is open. */
    void addPosition(SseHub hub) {
        ends.computeIfAbsent(hub, h -> new EndPosition());
    }

    /** Returns whether the stream is to end; true if the predicate fails. Called on an event loop. */
    boolean matches(StreamBase stream) {
        long began = holds.begin();
        try {
            return predicate.test(stream);
        } catch (Throwable e) {
            Log.warn("predicate failed for a stream that opens", e);
            return true;
        } finally {
            holds.end(began, "predicate", predicate.getClass().getName());
        }
    }

    /** Ends the streams that were open at the call, and returns their number. */
    int end(Collection<StreamBase> streams) {
        if (aborts) {
            streams.forEach(StreamBase::abort);
            return streams.size();
        }
        return StreamEnd.of(CloseReason.APPLICATION, streams.size()).begin(streams, ends);
    }

    /** Called when the positions are fixed. */
    void done() {
        done = true;
        late.forEach(stream -> StreamEnd.endSoon(List.of(stream), ends));
    }

    /** Ends a stream that has opened since. */
    void endLate(StreamBase stream) {
        if (aborts) {
            stream.abort();
        } else if (stream.beginEnd(StreamEnd.of(CloseReason.APPLICATION, 1), hub -> ends.getOrDefault(hub, NOTHING))) {
            late.add(stream);
            if (done) { // set before the late ones are read: one of the two sees the other
                StreamEnd.endSoon(List.of(stream), ends);
            }
        }
    }
}

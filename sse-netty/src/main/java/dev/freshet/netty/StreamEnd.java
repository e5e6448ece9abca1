package dev.freshet.netty;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.log.EndPosition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An end of one stream or of many by the server: its reason, the last lines that the clients are sent, and its bound
 * in time. Immutable and thread-safe.
 *
 * @param reason the reason
 * @param retry the range of reconnection times; each client is sent one of its own
 * @param last the event that is sent before that, or null
 * @param hasDeadline whether the caller cuts off what is left at a deadline; else the close timeout does
 */
record StreamEnd(
        CloseReason reason,
        StreamRetryRange retry,
        @Nullable SseEvent last,
        boolean hasDeadline) {
    private static final long RETRY_MILLIS = 1000;
    private static final long LONGER_RETRY_MILLIS = 5000;
    private static final long LONGER_SPREAD_MILLIS = 10_000;

    /**
     * Returns an end that the close timeout bounds. The clients reconnect spread over a second, or over more if they
     * are many.
     */
    static StreamEnd of(CloseReason reason, int streams) {
        return new StreamEnd(reason, spread(streams), null, false);
    }

    /** Returns an end of clients that are to reconnect later, because they lag or were evicted. */
    static StreamEnd forLong(CloseReason reason, int streams) {
        long spread = Math.max(LONGER_SPREAD_MILLIS, streams);
        return new StreamEnd(
                reason, new StreamRetryRange(LONGER_RETRY_MILLIS, LONGER_RETRY_MILLIS + spread), null, false);
    }

    StreamEnd withLast(SseEvent event) {
        return new StreamEnd(reason, retry, event, hasDeadline);
    }

    StreamEnd withDeadline() {
        return new StreamEnd(reason, retry, last, true);
    }

    /** Returns the reconnection times of clients whose streams end at once: one to two seconds, or more for many. */
    static StreamRetryRange spread(int streams) {
        return new StreamRetryRange(RETRY_MILLIS, RETRY_MILLIS + Math.max(RETRY_MILLIS, streams) - 1);
    }

    /**
     * Ends the streams, those of one hub at one position: after what it has accepted before this call, and before what
     * it accepts later. Streams whose end has begun are left alone. Any thread.
     *
     * @return the number of streams that this call ends
     */
    int begin(Collection<? extends StreamBase> streams) {
        return begin(streams, new IdentityHashMap<>(2));
    }

    /** Ends the streams as {@link #begin(Collection)} does, at positions that other streams may share. */
    int begin(Collection<? extends StreamBase> streams, Map<SseHub, EndPosition> ends) {
        List<StreamBase> begun = new ArrayList<>(streams.size());
        for (StreamBase stream : streams) {
            if (stream.beginEnd(this, hub -> ends.computeIfAbsent(hub, h -> new EndPosition()))) {
                begun.add(stream);
            }
        }
        endSoon(begun, ends);
        return begun.size();
    }

    /** Fixes the positions that are not fixed yet, and lets the streams read up to them. */
    static void endSoon(List<StreamBase> begun, Map<SseHub, EndPosition> ends) {
        ends.forEach((hub, position) -> {
            CompletableFuture<Void> reached = hub.fix(position);
            if (begun.isEmpty()) {
                reached.complete(null); // no stream waits for it
            } else if (!reached.isDone()) { // the log does not have all yet that the store has accepted
                StreamBase one = begun.get(0);
                StreamEnd end = one.end;
                if (end == null || !end.hasDeadline()) { // else they are cut off at the deadline
                    long millis = one.loop.options().limits().closeTimeout().toMillis();
                    reached.orTimeout(millis, TimeUnit.MILLISECONDS);
                }
                reached.whenComplete((v, late) -> begun.forEach(StreamBase::endSoon));
            }
        });
        begun.forEach(StreamBase::endSoon);
    }

    /** Returns the last lines of one stream. */
    byte[] farewell() {
        byte[] line = retry.line();
        if (last == null) {
            return line;
        }
        byte[] event = EventEncoder.encode(last);
        byte[] both = new byte[event.length + line.length];
        System.arraycopy(event, 0, both, 0, event.length);
        System.arraycopy(line, 0, both, event.length, line.length);
        return both;
    }
}

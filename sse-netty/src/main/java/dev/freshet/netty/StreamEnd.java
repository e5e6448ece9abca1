package dev.freshet.netty;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.log.EndPlace;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An end that the server makes, of one stream or of many: why, what their clients are told last, and who bounds it in time.
 * Immutable and thread-safe.
 *
 * @param reason why
 * @param retry when the clients are to come back, each at a time of its own
 * @param last what is told before that, or null
 * @param hasDeadline the caller cuts off what is left at a deadline; else the close timeout does
 */
record StreamEnd(
        CloseReason reason,
        StreamRetryRange retry,
        @Nullable SseEvent last,
        boolean hasDeadline) {
    private static final long RETRY_MILLIS = 1000;
    private static final long LONGER_RETRY_MILLIS = 5000;
    private static final long LONGER_SPREAD_MILLIS = 10_000;

    /** Bounded by the close timeout; the clients come back spread over a second, and over more where there are many. */
    static StreamEnd of(CloseReason reason, int streams) {
        return new StreamEnd(reason, comeBack(streams), null, false);
    }

    /** For who is not to come back soon: it could not keep up, or another has taken its place. */
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

    static StreamRetryRange comeBack(int streams) {
        return new StreamRetryRange(RETRY_MILLIS, RETRY_MILLIS + Math.max(RETRY_MILLIS, streams) - 1);
    }

    /**
     * Ends the streams, all of a hub at one place: behind what it has accepted before this, and before what it accepts
     * later. Those that end already are left alone. Any thread.
     *
     * @return how many end by this
     */
    int begin(Collection<? extends StreamBase> streams) {
        return begin(streams, new IdentityHashMap<>(2));
    }

    /** As {@link #begin(Collection)}, with places that others of the call may have, too. */
    int begin(Collection<? extends StreamBase> streams, Map<SseHub, EndPlace> places) {
        List<StreamBase> begun = new ArrayList<>(streams.size());
        for (StreamBase stream : streams) {
            if (stream.beginEnd(this, hub -> places.computeIfAbsent(hub, h -> new EndPlace()))) {
                begun.add(stream);
            }
        }
        endSoon(begun, places);
        return begun.size();
    }

    /** Fixes the places that are not yet, and has the streams go there. */
    static void endSoon(List<StreamBase> begun, Map<SseHub, EndPlace> places) {
        places.forEach((hub, place) -> {
            CompletableFuture<Void> reached = hub.fix(place);
            if (begun.isEmpty()) {
                reached.complete(null); // nobody waits
            } else if (!reached.isDone()) { // what the store has accepted is on its way
                StreamBase one = begun.get(0);
                StreamEnd end = one.end;
                if (end == null || !end.hasDeadline()) { // else they are cut off at that
                    long millis = one.group.options().limits().closeTimeout().toMillis();
                    reached.orTimeout(millis, TimeUnit.MILLISECONDS);
                }
                reached.whenComplete((v, late) -> begun.forEach(StreamBase::endSoon));
            }
        });
        begun.forEach(StreamBase::endSoon);
    }

    /** The last lines of one stream. */
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

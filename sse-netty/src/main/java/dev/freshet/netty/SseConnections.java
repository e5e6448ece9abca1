package dev.freshet.netty;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The open streams of a server or handler. Thread-safe. */
public final class SseConnections {
    private final Set<StreamBase> open = ConcurrentHashMap.newKeySet();
    private final LongAdder deliveredBytes = new LongAdder();
    private final LongAdder cutOff = new LongAdder();
    private final StreamRevocations revocations = new StreamRevocations();
    private final EventLoopHoldWatch holds;

    SseConnections(EventLoopHoldWatch holds) {
        this.holds = holds;
    }

    /** How many streams are open. */
    public int count() {
        return open.size();
    }

    /** Calls the action for each stream that is open, on the calling thread. */
    public void forEach(Consumer<? super SseConnection> action) {
        open.forEach(Objects.requireNonNull(action, "action"));
    }

    /**
     * Ends the streams that the predicate is true for: each gets what was published before this call, and private sends that
     * were accepted before, and nothing that comes after. A finite stream gets what its publisher had signalled, and is cut
     * off behind it. Its client is told when to come back, each at a time of its own, and comes back unless it is refused.
     * One that does not take what waits for it is cut off after {@link Limits.Builder#closeTimeout}. Returns at once; from
     * now on they count as open to no limit but those of sockets.
     *
     * <p>A request that was received before this call and is answered later, by {@code when} for example, is covered, too: its
     * stream ends at the same place as it opens.
     *
     * @param predicate called on this thread for each open stream, and later on event loops, where it must not block; one that
     *     fails there ends the stream
     * @return how many end by this, without those that open later
     */
    public int close(Predicate<? super SseConnection> predicate) {
        return end(predicate, false);
    }

    /**
     * Cuts off the streams that the predicate is true for, and writes nothing more to them: for who must not get what waits
     * either. What the operating system has is out of reach. Streams that open later are as for {@link #close}.
     *
     * @param predicate as for {@link #close}
     * @return how many
     */
    public int abort(Predicate<? super SseConnection> predicate) {
        return end(predicate, true);
    }

    private int end(Predicate<? super SseConnection> predicate, boolean aborts) {
        StreamRevocation call = new StreamRevocation(Objects.requireNonNull(predicate, "predicate"), aborts, holds);
        revocations.add(call);
        try {
            List<StreamBase> named = new ArrayList<>();
            open.forEach(stream -> {
                if (predicate.test(stream)) {
                    named.add(stream);
                }
            });
            return call.end(named);
        } finally {
            call.done();
        }
    }

    /**
     * How many streams were cut off since the start: on the way to their end by a deadline, by {@link
     * Limits.Builder#closeTimeout}, or by others that end; or for what waits in sockets, by {@link
     * Limits.Builder#unsentBytes}. Their clients lack some of what was published before.
     */
    public long cutOff() {
        return cutOff.sum();
    }

    /** How many bytes of published events, a hub's or a publisher's, were written to streams since the start. */
    public long deliveredBytes() {
        return deliveredBytes.sum();
    }

    StreamRevocations revocations() {
        return revocations;
    }

    void opened(StreamBase connection) {
        open.add(connection);
    }

    void closed(StreamBase connection) {
        open.remove(connection);
    }

    void cutShort() {
        cutOff.increment();
    }

    void delivered(long bytes) {
        deliveredBytes.add(bytes);
    }

    Iterable<StreamBase> all() {
        return open;
    }
}

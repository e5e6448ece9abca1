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
    private final LongAdder cutOff = new LongAdder();
    private final StreamRevocations revocations = new StreamRevocations();
    private final StreamCounts counts;
    private final EventLoopHoldWatch holds;

    SseConnections(StreamCounts counts, EventLoopHoldWatch holds) {
        this.counts = counts;
        this.holds = holds;
    }

    /** Returns the number of open streams. */
    public int count() {
        return open.size();
    }

    /** Calls the action for each open stream, on the calling thread. */
    public void forEach(Consumer<? super SseConnection> action) {
        open.forEach(Objects.requireNonNull(action, "action"));
    }

    /**
     * Ends the streams that the predicate matches. Each receives what was published before this call and the private
     * sends that were accepted before, and nothing later. A finite stream receives what its publisher had signalled,
     * and is cut off after it. Each client is sent a reconnection time of its own, and reconnects unless it is refused.
     * A stream whose client does not take what waits for it is cut off after {@link Limits.Builder#closeTimeout}.
     * Returns at once; from now on these streams are counted by the limits of sockets only.
     *
     * <p>A request that was received before this call and is answered later, for example by {@code when}, is included:
     * its stream ends at the same position when it opens.
     *
     * @param predicate called on this thread for each open stream; what it throws is thrown, and no open stream is
     *     ended. Called later on event loops, on which it must not block; if it throws there, the stream is ended
     * @return the number of streams that this call ends, without those that open later
     */
    public int close(Predicate<? super SseConnection> predicate) {
        return end(predicate, false);
    }

    /**
     * Cuts off the streams that the predicate matches and writes nothing more to them, for clients that must not
     * receive what waits either. Bytes in the operating system's buffers cannot be recalled. For streams that open
     * later see {@link #close}.
     *
     * @param predicate as for {@link #close}
     * @return the number of streams that this call ends
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
     * Returns the number of streams that were cut off since the start. A stream is cut off while it ends, by a
     * deadline, by {@link Limits.Builder#closeTimeout}, or by other streams that end; or by {@link
     * Limits.Builder#unsentBytes}, for bytes that wait in sockets. The clients of these streams did not receive all
     * that was published before.
     */
    public long cutOff() {
        return cutOff.sum();
    }

    /**
     * Returns the number of bytes of published events, of hubs and publishers, that were written to streams since the
     * start.
     */
    public long deliveredBytes() {
        return counts.deliveredBytes();
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

    Iterable<StreamBase> all() {
        return open;
    }
}

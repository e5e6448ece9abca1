package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2StreamChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The end of all streams of one handler. Thread-safe. */
final class StreamShutdown {
    /**
     * The phase of the end.
     *
     * <pre>
     *   SERVING --shutdown--&gt; DRAINING --close--&gt; CLOSING --timeout--&gt; CUT
     *      |                     |                   ^                  ^
     *      +--------close--------)-------------------+                  |
     *                            +------------deadline------------------+
     * </pre>
     *
     * <p>Calls and deadlines may come again, and one may come after a later one: then the phase stays.
     */
    enum Phase {
        SERVING,
        /** Streams end in waves, up to a deadline. */
        DRAINING,
        /** Streams end within the close timeout. */
        CLOSING,
        /** What is left is cut off. */
        CUT;

        /** Returns the next phase, or this one if it is not before the next; asserts that the next may follow. */
        Phase to(Phase next) {
            boolean isReached = next != SERVING && next.compareTo(this) <= 0;
            assert isReached || mayBecome(next) : this + " -> " + next;
            return isReached ? this : next;
        }

        private boolean mayBecome(Phase next) {
            return switch (this) {
                case SERVING -> next == DRAINING || next == CLOSING;
                case DRAINING -> next == CLOSING || next == CUT;
                case CLOSING -> next == CUT;
                case CUT -> false;
            };
        }
    }

    private static final int WAVES = 10;
    private static final int WAVE_SIZE = 100;
    /** The divisor of a shutdown's time: in its last tenth those finite streams end that have not completed. */
    private static final int FINITE_SHARE = 10;

    private final SseConnections connections;
    private final Duration closeTimeout;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private volatile Phase phase = Phase.SERVING;

    StreamShutdown(SseConnections connections, Duration closeTimeout) {
        this.connections = connections;
        this.closeTimeout = closeTimeout;
    }

    boolean hasBegun() {
        return phase != Phase.SERVING;
    }

    /**
     * Called when a stream was added to the open ones. The shutdown sets its phase and then reads the open streams;
     * this method reads the phase after the stream was added. So one of the two sees the other. A stream that is added
     * after the shutdown has completed, or after its deadline, is cut off at once.
     */
    void joined(StreamBase stream) {
        Phase now = phase;
        if (now == Phase.SERVING) {
            return;
        }
        StreamEnd joins = StreamEnd.of(CloseReason.SHUTDOWN, 1);
        (now == Phase.DRAINING ? joins.withDeadline() : joins).begin(List.of(stream));
        if (now == Phase.CUT || drained.isDone()) {
            stream.cutSoon();
        }
    }

    /** Called when a stream was removed from the open ones. */
    void left() {
        if (hasBegun() && connections.count() == 0) {
            drained.complete(null);
        }
    }

    /** Ends the streams in waves, each at a position of its own; cuts off what is left at the deadline. */
    CompletionStage<Void> begin(Duration deadline, @Nullable Duration comeBackIn) {
        Checks.atLeast("shutdown.deadline", deadline, 0);
        StreamRetryRange retry = comeBackIn == null ? null : StreamRetryRange.upTo("shutdown.comeBackIn", comeBackIn);
        enter(Phase.DRAINING);
        List<StreamBase> open = open();
        // The streams of one HTTP/2 connection end together, and the connection after them.
        open.sort(Comparator.comparingInt(stream -> System.identityHashCode(socket(stream.channel))));
        int waves = Math.max(1, Math.min(WAVES, open.size() / WAVE_SIZE));
        StreamEnd end =
                new StreamEnd(CloseReason.SHUTDOWN, retry == null ? StreamEnd.spread(open.size()) : retry, null, true);
        Duration half = deadline.dividedBy(2);
        for (int wave = 0; wave < waves; wave++) {
            List<StreamBase> part = open.subList(open.size() * wave / waves, open.size() * (wave + 1) / waves);
            Stages.unlessDoneIn(half.multipliedBy(wave).dividedBy(waves), drained, () -> end.begin(part));
        }
        // Finite streams that have not completed by then are truncated after what was signalled.
        Stages.unlessDoneIn(deadline.minus(deadline.dividedBy(FINITE_SHARE)), drained, () -> StreamEnd.of(
                        CloseReason.SHUTDOWN, open.size())
                .begin(open()));
        Stages.unlessDoneIn(deadline, drained, this::cutOff);
        left();
        return drained;
    }

    /**
     * Ends every stream at one position, within the close timeout, even while a shutdown with a later deadline is in
     * progress.
     */
    CompletionStage<Void> close() {
        enter(Phase.CLOSING);
        List<StreamBase> open = open();
        StreamEnd.of(CloseReason.SHUTDOWN, open.size()).begin(open);
        Stages.unlessDoneIn(closeTimeout, drained, this::cutOff);
        left();
        return drained;
    }

    /** Closes every stream, whatever waits to be written. */
    private void cutOff() {
        enter(Phase.CUT);
        connections.all().forEach(StreamBase::cutSoon);
    }

    private synchronized void enter(Phase next) {
        phase = phase.to(next);
    }

    private List<StreamBase> open() {
        List<StreamBase> open = new ArrayList<>();
        connections.all().forEach(open::add);
        return open;
    }

    /** Returns the channel that has the socket. */
    private static Channel socket(Channel channel) {
        return channel instanceof Http2StreamChannel ? channel.parent() : channel;
    }
}

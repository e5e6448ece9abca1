package dev.freshet.examples.load.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.net.URI;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** One stream of a fleet, with the events that it received. Confined to the event loop of the fleet. */
@SuppressWarnings("FutureReturnValueIgnored") // nothing waits for a close
final class Subscriber extends SseStream implements MarkScanner.Sink {

    /** The receiver of the open and the end of a stream. */
    interface Sink {

        /** Called when the stream is open. */
        void opened();

        /**
         * Called once when the stream has ended.
         *
         * @param reason why the stream was not opened, or null if it was
         */
        void ended(Subscriber subscriber, @Nullable String reason);
    }

    private final Sink sink;
    private final Arrivals arrivals;
    private final MarkScanner scanner;
    private final Order.Reading reading;
    private final int first;
    private final int total;
    private final BitSet seen = new BitSet();
    private final boolean resumes;
    private final long startedAt = System.nanoTime();
    private int unique;
    private @Nullable Channel channel;
    private Counts counts;
    private boolean stuck;
    private boolean ended;

    Subscriber(Sink sink, Arrivals arrivals, Target target, URI url, Expected expected, @Nullable String lastEventId) {
        super(target, url, lastEventId, arrivals.compression());
        this.sink = sink;
        this.arrivals = arrivals;
        this.counts = arrivals.checked();
        this.resumes = lastEventId != null;
        this.scanner = new MarkScanner(expected.mark(), this);
        this.reading = expected.order().new Reading();
        this.first = expected.first();
        this.total = expected.total();
    }

    void connected(Channel connection) {
        assert arrivals.isConfined();
        channel = connection;
    }

    /** Stops reading; the stream is counted as stuck from then on. Returns whether it was open. */
    boolean stopReading() {
        assert arrivals.isConfined();
        stuck = true;
        counts = arrivals.stuck();
        if (channel == null || !channel.isActive()) {
            return false;
        }
        channel.config().setAutoRead(false);
        return true;
    }

    void readOn() {
        assert arrivals.isConfined();
        if (channel != null) {
            channel.config().setAutoRead(true);
        }
    }

    /** Returns whether it stopped reading, even if it has resumed. */
    boolean isStuck() {
        return stuck;
    }

    boolean isEnded() {
        return ended;
    }

    /** Returns the number of different events received. */
    int unique() {
        return unique;
    }

    /** Returns whether every expected event was received. */
    private boolean isWhole() {
        return unique == total - first;
    }

    /** Returns how many of these events were not received. */
    int missing(BitSet events) {
        assert arrivals.isConfined();
        BitSet missing = (BitSet) events.clone();
        missing.andNot(seen);
        missing.clear(0, first);
        return missing.cardinality();
    }

    void close() {
        assert arrivals.isConfined();
        if (channel != null) {
            channel.close();
        }
    }

    @Override
    void opened() {
        sink.opened();
    }

    @Override
    void body(ByteBuf bytes) {
        arrivals.read(bytes, scanner);
    }

    @Override
    public void marked(long due, int sequence) {
        assert arrivals.isConfined();
        if (sequence < 0 || sequence >= total) {
            counts.foreign();
            return;
        }
        if (sequence < first || seen.get(sequence)) {
            counts.doubled(sequence);
            return;
        }
        seen.set(sequence);
        unique++;
        reading.next(sequence, counts);
        counts.received();
        if (!stuck && !resumes) {
            arrivals.measure(due);
        } else if (!stuck && isWhole()) {
            arrivals.measure(startedAt);
        }
    }

    @Override
    public void foreign() {
        counts.foreign();
    }

    @Override
    void ended(@Nullable String reason) {
        ended = true;
        sink.ended(this, reason);
    }
}

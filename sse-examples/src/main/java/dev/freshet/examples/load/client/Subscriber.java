package dev.freshet.examples.load.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.net.URI;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** One stream of a fleet, and what it got. Confined to the event loop of the fleet. */
@SuppressWarnings("FutureReturnValueIgnored") // a close needs no answer
final class Subscriber extends SseStream implements MarkScanner.Sink {

    /** What is told of it. */
    interface Sink {

        /** Its stream is open. */
        void opened();

        /** Once, and without a reason where the stream was open. */
        void ended(Subscriber subscriber, @Nullable String reason);
    }

    private final Sink sink;
    private final Arrivals arrivals;
    private final MarkScanner scanner;
    private final Order.Reading reading;
    private final int first;
    private final int total;
    private final BitSet got = new BitSet();
    private final boolean resumes;
    private final long startedAt = System.nanoTime();
    private int unique;
    private @Nullable Channel channel;
    private Counts counts;
    private boolean stuck;
    private boolean ended;

    Subscriber(Sink sink, Arrivals arrivals, Target target, URI url, Expected expected, @Nullable String lastEventId) {
        super(target, url, lastEventId);
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

    /** Has it read no more, and counted by itself from now on; returns whether it was a stream until now. */
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

    /** Whether it stopped reading, be it for a while. */
    boolean isStuck() {
        return stuck;
    }

    boolean isEnded() {
        return ended;
    }

    /** How many events have come. */
    int unique() {
        return unique;
    }

    /** Whether all that was to come has come. */
    private boolean isWhole() {
        return unique == total - first;
    }

    /** How many of these did not come. */
    int missing(BitSet events) {
        assert arrivals.isConfined();
        BitSet missing = (BitSet) events.clone();
        missing.andNot(got);
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
        if (sequence < first || got.get(sequence)) {
            counts.doubled(sequence);
            return;
        }
        got.set(sequence);
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

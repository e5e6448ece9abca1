package dev.freshet.examples.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.net.URI;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** One stream of a fleet, and what it got. Confined to the event loop of the fleet. */
@SuppressWarnings("FutureReturnValueIgnored") // a close needs no answer
final class Subscriber extends SseStream implements MarkScanner.Sink {

    private final Fleet fleet;
    private final MarkScanner scanner;
    private final Order.Reading reading;
    private final int first;
    private final int total;
    private final BitSet got = new BitSet();
    private final long startedAt = System.nanoTime();
    private int unique;
    private @Nullable Channel channel;
    private Counts counts;
    private boolean stuck;
    private boolean ended;

    Subscriber(Fleet fleet, Counts counts, Target target, URI url, Expected expected, @Nullable String lastEventId) {
        super(target, url, lastEventId);
        this.fleet = fleet;
        this.counts = counts;
        this.scanner = new MarkScanner(expected.mark(), this);
        this.reading = expected.order().new Reading();
        this.first = expected.first();
        this.total = expected.total();
    }

    void connected(Channel connection) {
        assert fleet.isConfined();
        channel = connection;
    }

    /** Has it counted there from now on; returns whether it was a stream until now. */
    boolean stopReading(Counts elsewhere) {
        assert fleet.isConfined();
        stuck = true;
        counts = elsewhere;
        if (channel == null || !channel.isActive()) {
            return false;
        }
        channel.config().setAutoRead(false);
        return true;
    }

    void readOn() {
        assert fleet.isConfined();
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

    long startedAt() {
        return startedAt;
    }

    /** Whether all that was to come has come. */
    boolean isWhole() {
        return unique == total - first;
    }

    /** How many of these did not come. */
    int missing(BitSet events) {
        assert fleet.isConfined();
        BitSet missing = (BitSet) events.clone();
        missing.andNot(got);
        missing.clear(0, first);
        return missing.cardinality();
    }

    void close() {
        assert fleet.isConfined();
        if (channel != null) {
            channel.close();
        }
    }

    @Override
    void opened() {
        fleet.opened();
    }

    @Override
    void body(ByteBuf bytes) {
        fleet.read(bytes, scanner);
    }

    @Override
    public void marked(long due, int sequence) {
        assert fleet.isConfined();
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
        if (!stuck) {
            fleet.delivered(this, due);
        }
    }

    @Override
    public void foreign() {
        counts.foreign();
    }

    @Override
    void ended(@Nullable String reason) {
        ended = true;
        fleet.ended(this, reason);
    }
}

package dev.freshet.examples.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** One stream of a fleet, and what it got. Confined to the event loop of the fleet. */
@SuppressWarnings("FutureReturnValueIgnored") // a close needs no answer
final class Subscriber extends SseStream implements MarkScanner.Sink {

    private final Fleet fleet;
    private final MarkScanner scanner;
    private final int first;
    private final int total;
    private final BitSet got = new BitSet();
    private final long startedAt = System.nanoTime();
    private int unique;
    private int highest = -1;
    private @Nullable Channel channel;
    private boolean stuck;

    Subscriber(Fleet fleet, Target target, Expected expected, @Nullable String lastEventId) {
        super(target, lastEventId);
        this.fleet = fleet;
        this.scanner = new MarkScanner(expected.mark(), this);
        this.first = expected.first();
        this.total = expected.total();
    }

    void connected(Channel connection) {
        channel = connection;
    }

    /** Returns whether it was a stream until now. */
    boolean stopReading() {
        stuck = true;
        if (channel == null || !channel.isActive()) {
            return false;
        }
        channel.config().setAutoRead(false);
        return true;
    }

    boolean isStuck() {
        return stuck;
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
        BitSet missing = (BitSet) events.clone();
        missing.andNot(got);
        missing.clear(0, first);
        return missing.cardinality();
    }

    void close() {
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
        if (!stuck) {
            fleet.read(bytes, scanner);
        }
    }

    @Override
    public void marked(long due, int sequence) {
        if (sequence < 0 || sequence >= total) {
            fleet.foreign();
            return;
        }
        if (sequence < first || got.get(sequence)) {
            fleet.doubled();
            return;
        }
        got.set(sequence);
        unique++;
        if (sequence < highest) {
            fleet.reordered();
        } else {
            highest = sequence;
        }
        fleet.delivered(this, due);
    }

    @Override
    public void foreign() {
        fleet.foreign();
    }

    @Override
    void ended(@Nullable String reason) {
        fleet.ended(this, reason);
    }
}

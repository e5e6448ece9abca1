package dev.freshet.examples.load.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import org.HdrHistogram.Histogram;

/**
 * What comes to the streams of a fleet, counted, and how late it comes. The streams that stopped reading are counted by
 * themselves. Confined to the event loop that reads all streams, but for how much has come and when.
 */
@SuppressWarnings("NonAtomicVolatileUpdate") // the event loop alone writes
final class Arrivals {

    private final EventLoop loop;
    private final Counts checked = new Counts();
    private final Counts stuck = new Counts();
    private final Histogram latency = new Histogram(3);
    private byte[] scratch = new byte[1 << 12];
    private long now;

    private volatile long received;
    private volatile long stuckReceived;
    private volatile long lastAt;

    Arrivals(EventLoop loop) {
        this.loop = loop;
    }

    boolean isConfined() {
        return loop.inEventLoop();
    }

    /** Has a stream's scanner see what has come to it. */
    void read(ByteBuf bytes, MarkScanner scanner) {
        assert isConfined();
        int length = bytes.readableBytes();
        if (length > scratch.length) {
            scratch = new byte[Integer.highestOneBit(length) << 1];
        }
        bytes.getBytes(bytes.readerIndex(), scratch, 0, length);
        long before = checked.allReceived();
        now = System.nanoTime();
        scanner.scan(scratch, 0, length);
        if (checked.allReceived() != before) {
            lastAt = now;
            received = checked.allReceived();
        }
        stuckReceived = stuck.allReceived();
    }

    /** What is being read came so long after that moment. */
    void measure(long since) {
        assert isConfined();
        latency.recordValue(Math.max(0, now - since));
    }

    /** What came to the streams that read all the time. */
    Counts checked() {
        return checked;
    }

    /** What came to the others since they stopped. */
    Counts stuck() {
        return stuck;
    }

    Histogram latency() {
        return latency;
    }

    /** How many events have come to the streams that read all the time, each counted once for each stream. */
    long received() {
        return received;
    }

    /** How many came to the others. */
    long stuckReceived() {
        return stuckReceived;
    }

    /** When the last event came to one that reads all the time; 0 before the first. */
    long lastAt() {
        return lastAt;
    }
}

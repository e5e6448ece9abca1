package dev.freshet.examples.load.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import org.HdrHistogram.Histogram;

/**
 * The events that arrive on the streams of a fleet: counts and latencies. Streams that stopped reading have counts of
 * their own. Confined to the event loop that reads all streams, except for the numbers received and the time of the
 * last event.
 */
@SuppressWarnings("NonAtomicVolatileUpdate") // only the event loop writes
final class Arrivals {

    private final EventLoop loop;
    private final Counts checked = new Counts();
    private final Counts stuck = new Counts();
    private final Compression compression = new Compression();
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

    /** Scans the bytes that a stream has read. */
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

    /** Records the latency of the event being scanned, since a time of {@link System#nanoTime()}. */
    void measure(long since) {
        assert isConfined();
        latency.recordValue(Math.max(0, now - since));
    }

    /** Returns the counts of the streams that read all the time. */
    Counts checked() {
        return checked;
    }

    /** Returns the counts of the stuck streams, since they stopped reading. */
    Counts stuck() {
        return stuck;
    }

    Compression compression() {
        return compression;
    }

    Histogram latency() {
        return latency;
    }

    /**
     * Returns the number of events that the streams received that read all the time. An event counts once for each
     * stream.
     */
    long received() {
        return received;
    }

    /** Returns the number of events that the stuck streams received. */
    long stuckReceived() {
        return stuckReceived;
    }

    /** Returns when the last event was received on a stream that reads all the time, or 0 before the first. */
    long lastAt() {
        return lastAt;
    }
}

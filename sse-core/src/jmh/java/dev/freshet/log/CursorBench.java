package dev.freshet.log;

import dev.freshet.event.EventId;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs one connection to read what it has not read yet, up to the end: the time is that of all the events
 * together. Of one topic they come in batches of up to 64 KiB; of four topics that are published to in turn, the worst
 * case for a merge, each event is a batch of its own.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CursorBench {
    private static final int BATCH_BYTES = 64 << 10;

    /** How many topics the cursor follows. */
    @Param({"1", "4"})
    public int topics;

    /** How many events it has not read. */
    @Param({"1", "100", "1000"})
    public int behind;

    private Cursor cursor;
    private TopicCursor[] parts;
    private Segment[] segments;
    private int[] indexes;

    /** JMH makes it. */
    public CursorBench() {}

    /** Fills the logs and takes down where the cursor is to stand. */
    @Setup
    public void fill() {
        FullLog full = new FullLog(topics, 100_000);
        EventId position = full.position(behind);
        parts = full.cursors(position);
        cursor = topics == 1 ? parts[0] : new MergedCursor(full.log().cursors(), position, parts);
        segments = new Segment[topics];
        indexes = new int[topics];
        for (int i = 0; i < topics; i++) {
            segments[i] = parts[i].segment;
            indexes[i] = parts[i].index;
        }
    }

    /** Reads to the end. */
    @Benchmark
    public int read() {
        for (int i = 0; i < parts.length; i++) {
            parts[i].segment = segments[i];
            parts[i].index = indexes[i];
        }
        int events = 0;
        for (Batch batch = cursor.next(BATCH_BYTES, null); batch.events() > 0; ) {
            events += batch.events();
            batch = cursor.next(BATCH_BYTES, null);
        }
        if (events != behind) {
            throw new IllegalStateException(events + " events read (expected: " + behind + ")");
        }
        return events;
    }
}

package dev.freshet.log;

import dev.freshet.event.ResumeOutcome;
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

/** What it costs to place a cursor, and to take it away again, in full logs of 100,000 events in all. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ResumeBench {
    private static final int EVENTS = 100_000;

    /** How many topics the cursor follows. */
    @Param({"1", "4"})
    public int topics;

    private FullLog full;
    private String middle;

    /** JMH makes it. */
    public ResumeBench() {}

    /** Fills the logs. */
    @Setup
    public void fill() {
        full = new FullLog(topics, EVENTS);
        middle = full.position(EVENTS / 2).toString();
    }

    /** With a Last-Event-ID from the middle. */
    @Benchmark
    public ResumeOutcome resumed() {
        return open(middle, ResumeOutcome.RESUMED);
    }

    /** Without one. */
    @Benchmark
    public ResumeOutcome fresh() {
        return open("", ResumeOutcome.FRESH);
    }

    /** With one from another incarnation. */
    @Benchmark
    public ResumeOutcome reset() {
        return open("0-1", ResumeOutcome.RESET);
    }

    private ResumeOutcome open(String lastEventId, ResumeOutcome expected) {
        Start start = full.log().open(full.topics(), StartRequest.latest().lastEventId(lastEventId));
        start.cursor().close();
        if (start.outcome() != expected) {
            throw new IllegalStateException(start.outcome() + " (expected: " + expected + ")");
        }
        return start.outcome();
    }
}

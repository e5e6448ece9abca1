package dev.freshet.codec;

import dev.freshet.event.SseEvent;
import java.nio.charset.StandardCharsets;
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
 * What it costs to encode an event, which is done once for all who listen. The baseline is what one writes by hand: a
 * {@link StringBuilder} and {@link String#getBytes}; it splits lines at LF only and mends nothing.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class EncodeBench {
    /** The shapes of an event. */
    public enum Shape {
        /** A tick: some forty bytes of JSON. */
        SMALL("{\"symbol\":\"ACME\",\"price\":12.3,\"size\":100}"),
        /** 1 KB in one line. */
        KILOBYTE("x".repeat(1024)),
        /** 1 KB in sixteen lines. */
        LINES(("y".repeat(63) + "\n").repeat(16)),
        /** 1 KB that is not Latin-1. */
        WIDE("\u4e16".repeat(340));

        private final String data;

        Shape(String data) {
            this.data = data;
        }
    }

    /** What is encoded. */
    @Param
    public Shape shape = Shape.SMALL;

    private SseEvent event = SseEvent.of("");
    private String type = "tick";
    private String data = "";

    /** JMH makes it. */
    public EncodeBench() {}

    /** Makes the event. */
    @Setup
    public void makeEvent() {
        data = shape.data;
        event = SseEvent.of(type, data);
    }

    /** The library's. */
    @Benchmark
    public byte[] encode() {
        return EventEncoder.encode(event);
    }

    /** The baseline. */
    @Benchmark
    public byte[] byHand() {
        StringBuilder text = new StringBuilder(data.length() + 64);
        text.append("event: ").append(type).append('\n');
        for (int from = 0; from <= data.length(); ) {
            int end = data.indexOf('\n', from);
            end = end < 0 ? data.length() : end;
            text.append("data: ").append(data, from, end).append('\n');
            from = end + 1;
        }
        return text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }
}

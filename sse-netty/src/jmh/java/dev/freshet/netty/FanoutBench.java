package dev.freshet.netty;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.metrics.SseMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.AuxCounters;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to bring events to all connections of one loop: publish, wake-up, drain, and all of Netty's work for a
 * write but the system call. The time is that of a whole pass, of one event or a burst of 100 to every connection;
 * {@code delivery} is the time for each event and connection, {@code write} that for each system call there would have
 * been. The baseline is what one writes by hand with what Netty brings: one {@link ChannelGroup#writeAndFlush} for each
 * event, which is encoded once, into direct memory.
 *
 * <p>The library's metrics are off, or bound to a registry that nobody reads meanwhile. With {@code -prof gc} the bytes that a
 * pass allocates, divided by its deliveries, show what a delivery allocates, and that metrics add nothing.
 *
 * <p>Publisher and loop take turns on one thread; see {@link SteppedLoop}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 2,
        jvmArgsAppend = {NettyThreads.CUSTOM, NettyThreads.CLASS})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class FanoutBench {
    private static final String DATA = "{\"symbol\":\"ACME\",\"price\":12.3,\"size\":100}";
    private static final byte[] DATA_BYTES = DATA.getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FIELD = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final SseEvent EVENT = SseEvent.of(DATA);

    /** A loop with connections that listen. */
    @State(Scope.Thread)
    public abstract static class Side {
        /** How many connections listen. */
        @Param({"1", "100", "10000"})
        public int connections;

        /** How many events are published before the loop comes to run. */
        @Param({"1", "100"})
        public int burst;

        final Sinks sinks = new Sinks();

        /** Nobody listens yet. */
        protected Side() {}

        /** Opens the streams. */
        @Setup
        public void connect() {
            for (int i = 0; i < connections; i++) {
                connectOne();
            }
        }

        /** Closes the streams. */
        @TearDown
        public void close() {
            sinks.close();
        }

        abstract void connectOne();

        abstract void publish();

        long pass(Counters counters) {
            for (int i = 0; i < burst; i++) {
                publish();
            }
            long bytes = sinks.count.bytes;
            long writes = sinks.count.writes;
            sinks.loop.step();
            bytes = sinks.count.bytes - bytes;
            if (bytes < (long) burst * connections * DATA.length()) {
                throw new IllegalStateException("only " + bytes + " bytes were written");
            }
            counters.delivery += (long) burst * connections;
            counters.write += sinks.count.writes - writes;
            return bytes;
        }
    }

    /** The registry that the library's metrics are bound to. */
    public enum Metrics {
        /** None. */
        NONE,
        /** Micrometer's own. */
        SIMPLE {
            @Override
            MeterRegistry registry() {
                return new SimpleMeterRegistry();
            }
        },
        /** That of Prometheus. */
        PROMETHEUS {
            @Override
            MeterRegistry registry() {
                return new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            }
        };

        @Nullable
        MeterRegistry registry() {
            return null;
        }
    }

    /** The library's. */
    public static class Library extends Side {
        /** Where the metrics are. */
        @Param({"NONE", "SIMPLE", "PROMETHEUS"})
        public Metrics metrics = Metrics.NONE;

        private final SseHub hub = SseHub.create();
        private final SseHandler handler = SseHandler.builder()
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .build();

        /** JMH makes it. */
        public Library() {}

        /** Binds the metrics. */
        @Setup
        public void bind() {
            MeterRegistry registry = metrics.registry();
            if (registry != null) {
                SseMetrics.builder(handler).hub("bench", hub).build().bindTo(registry);
            }
        }

        @Override
        void connectOne() {
            sinks.request(
                    sinks.connect(new HttpServerCodec(), handler), "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
        }

        @Override
        void publish() {
            hub.publish("t", EVENT);
        }
    }

    /** The baseline's. */
    public static class Baseline extends Side {
        private final ChannelGroup streams = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

        /** JMH makes it. */
        public Baseline() {}

        @Override
        void connectOne() {
            streams.add(sinks.connect(new ChannelInboundHandlerAdapter()));
        }

        @Override
        void publish() {
            ByteBuf event = Unpooled.directBuffer(FIELD.length + DATA_BYTES.length + END.length);
            streams.writeAndFlush(event.writeBytes(FIELD).writeBytes(DATA_BYTES).writeBytes(END));
        }
    }

    /** What the passes have brought about; JMH shows the time for each. */
    @State(Scope.Thread)
    @AuxCounters
    public static class Counters {
        /** Events, once for each connection. */
        public long delivery;

        /** System calls there would have been. */
        public long write;

        /** JMH makes it. */
        public Counters() {}
    }

    /** JMH makes it. */
    public FanoutBench() {}

    /** The library. */
    @Benchmark
    public long publish(Library library, Counters counters) {
        return library.pass(counters);
    }

    /** The baseline. */
    @Benchmark
    public long byHand(Baseline baseline, Counters counters) {
        return baseline.pass(counters);
    }
}

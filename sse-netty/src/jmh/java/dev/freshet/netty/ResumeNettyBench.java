package dev.freshet.netty;

import dev.freshet.event.EventId;
import dev.freshet.event.ResumeOutcome;
import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpServerCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one reconnect costs: a new channel, its request with a Last-Event-ID that 100 events have followed, the head,
 * those events, and the end of the channel. The baseline writes the same head by hand and the events one by one from a
 * list of buffers, with one flush; it looks for no position.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 2,
        jvmArgsAppend = {NettyThreads.CUSTOM, NettyThreads.CLASS})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ResumeNettyBench {
    private static final int BEHIND = 100;
    private static final String DATA = "{\"symbol\":\"ACME\",\"price\":12.3,\"size\":100}";

    private final Sinks sinks = new Sinks();
    private final SseHub hub = SseHub.create();
    private final List<ByteBuf> events = new ArrayList<>();
    private SseHandler handler;
    private String request;

    /** JMH makes it. */
    public ResumeNettyBench() {}

    /** Publishes to a hub, and encodes the same events by hand. */
    @Setup
    public void publish() {
        EventId position = hub.latest();
        for (int i = 0; i <= BEHIND; i++) {
            EventId id =
                    hub.publish("t", SseEvent.of(DATA)).toCompletableFuture().join();
            if (i == 0) {
                position = id;
            } else {
                byte[] event = ("data: " + DATA + "\nid: " + id + "\n\n").getBytes(StandardCharsets.US_ASCII);
                events.add(Unpooled.directBuffer(event.length).writeBytes(event));
            }
        }
        request = "GET /events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nLast-Event-ID: " + position
                + "\r\n\r\n";
        handler = SseHandler.builder()
                .endpoint("/events", r -> SseReply.subscribe(hub, "t"))
                .build();
    }

    /** Lets go of the buffers. */
    @TearDown
    public void close() {
        events.forEach(ByteBuf::release);
        hub.close();
    }

    /** The library's. */
    @Benchmark
    public long resume() {
        return reconnect(sinks.connect(new HttpServerCodec(), handler));
    }

    /** The baseline. */
    @Benchmark
    public long byHand() {
        return reconnect(sinks.connect(new HttpServerCodec(), new ByHand()));
    }

    private long reconnect(SinkChannel channel) {
        long before = sinks.count.bytes;
        sinks.request(channel, request);
        long bytes = sinks.count.bytes - before;
        sinks.close();
        if (bytes < (long) BEHIND * DATA.length()) {
            throw new IllegalStateException("only " + bytes + " bytes were written");
        }
        return bytes;
    }

    private final class ByHand extends SimpleChannelInboundHandler<HttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, HttpRequest msg) {
            ctx.write(
                    ResponseWriter.streamHead(ResumeOutcome.RESUMED, StreamFraming.PLAIN, EmptyHttpHeaders.INSTANCE),
                    ctx.voidPromise());
            ctx.pipeline().remove(HttpServerCodec.class);
            for (ByteBuf event : events) {
                ctx.write(event.retainedDuplicate(), ctx.voidPromise());
            }
            ctx.flush();
        }
    }
}

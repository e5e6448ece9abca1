package dev.freshet.netty;

import dev.freshet.event.SseEvent;
import dev.freshet.harness.MemoryInUse;
import dev.freshet.hub.SseHub;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpServerCodec;
import java.util.List;

/**
 * Prints what one idle connection costs in memory, of 20,000: a bare channel with one handler, and a stream. The
 * difference is the library's. Then what a topic of its own adds to each of 100,000 streams. A program, not a bench.
 */
public final class MemoryOfConnections {
    private static final int CONNECTIONS = 20_000;
    private static final int TOPICS = 100_000;
    private static final SseEvent EVENT = SseEvent.of("hello");

    private MemoryOfConnections() {}

    /** Runs it; needs no arguments. */
    public static void main(String[] args) throws InterruptedException {
        bare();
        streams(List.of("a"));
        streams(List.of("a", "b", "c", "d"));
        streamsOfOneTopicEach();
    }

    private static void bare() throws InterruptedException {
        Sinks sinks = new Sinks();
        MemoryInUse before = MemoryInUse.now();
        for (int i = 0; i < CONNECTIONS; i++) {
            sinks.connect(new ChannelInboundHandlerAdapter());
        }
        System.out.println(before.sincePerEach("a bare channel with one handler", CONNECTIONS));
        sinks.close();
    }

    private static void streams(List<String> topics) throws InterruptedException {
        SseHub hub = SseHub.create();
        SseHandler handler = SseHandler.builder()
                .endpoint("/events", request -> SseReply.subscribe(hub, topics))
                .build();
        Sinks sinks = new Sinks();
        MemoryInUse before = MemoryInUse.now();
        for (int i = 0; i < CONNECTIONS; i++) {
            sinks.request(
                    sinks.connect(new HttpServerCodec(), handler), "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
        }
        System.out.println(before.sincePerEach("an idle stream, topics: " + topics.size(), CONNECTIONS));
        if (handler.connections().count() != CONNECTIONS) {
            throw new IllegalStateException("streams: " + handler.connections().count());
        }
        sinks.close();
    }

    private static void streamsOfOneTopicEach() throws InterruptedException {
        SseHub hub = SseHub.create();
        SseHandler handler = SseHandler.builder()
                .endpoint("/events", request -> SseReply.subscribe(hub, "topic-" + request.query("n")))
                .build();
        Sinks sinks = new Sinks();
        MemoryInUse before = MemoryInUse.now();
        for (int i = 0; i < TOPICS; i++) {
            sinks.request(
                    sinks.connect(new HttpServerCodec(), handler),
                    "GET /events?n=" + i + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        }
        System.out.println(before.sincePerEach("an idle stream and its empty topic", TOPICS));
        before = MemoryInUse.now();
        for (int i = 0; i < TOPICS; i++) {
            hub.publish("topic-" + i, EVENT);
        }
        sinks.loop.step();
        System.out.println(before.sincePerEach("the first small event in it", TOPICS));
        sinks.close();
    }
}

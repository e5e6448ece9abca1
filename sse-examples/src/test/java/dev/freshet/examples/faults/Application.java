package dev.freshet.examples.faults;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseRequest;
import dev.freshet.netty.SseServer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A relay in this process, with what an application gives to the library: a hub, a listener, more endpoints. */
final class Application implements AutoCloseable {
    private final SseHub hub;
    private final SseServer server;

    /**
     * Starts it.
     *
     * @param port 0 for a free one
     * @param further options of the server
     */
    Application(SseHub hub, int port, UnaryOperator<SseServer.Builder> further) {
        this.hub = hub;
        this.server = further.apply(SseServer.builder()
                        .host("127.0.0.1")
                        .port(port)
                        .eventLoops(2)
                        .endpoint("POST", "/publish", this::publish)
                        .endpoint("/events", request -> SseReply.subscribe(hub, request.queryAll("topic"))))
                .start();
    }

    int port() {
        return server.address().getPort();
    }

    private SseReply publish(SseRequest request) {
        String topic = request.queryAll("topic").get(0);
        String type = request.queryAll("type").get(0);
        String data = new String(request.body(), StandardCharsets.UTF_8);
        return SseReply.when(hub.publish(topic, SseEvent.of(type, data))
                .thenApply(id -> SseReply.json(200, Map.of("id", id.toString()))));
    }

    /** Closes the server, and then the hub. */
    @Override
    public void close() {
        server.close();
        hub.close();
    }
}

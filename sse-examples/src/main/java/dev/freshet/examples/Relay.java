package dev.freshet.examples;

import static dev.freshet.examples.Requests.checked;
import static dev.freshet.examples.Requests.only;
import static dev.freshet.examples.Requests.text;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.hub.HubStats;
import dev.freshet.hub.SseHub;
import dev.freshet.hub.SseHubBuilder;
import dev.freshet.netty.EndpointOptions;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseRequest;
import dev.freshet.netty.SseServer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small publish and subscribe server. Topics are created by their first use, and the body of a POST is the data of an
 * event.
 */
final class Relay implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(Relay.class);
    private static final String DEFAULT_TOPIC = "default";
    private static final List<String> POSTS = List.of("/publish", "/disconnect");
    private static final List<String> PATHS =
            List.of("/events", "/stats", "/metrics", "/health/live", "/health/ready", "/publish", "/disconnect");

    private final SseHub hub;
    private final Guard guard;
    private final RelayWatch watch;

    /** The server. It completes shortly after the port is open, so that a first request may arrive before. */
    private final CompletableFuture<SseServer> server = new CompletableFuture<>();

    private Relay(SseHub hub, Guard guard) {
        this.hub = hub;
        this.guard = guard;
        this.watch = new RelayWatch(hub);
    }

    /**
     * Starts a relay.
     *
     * @param hub where and how long events are kept
     * @param builder where and how to listen
     * @param guard the access of clients
     * @throws java.io.UncheckedIOException if the port cannot be bound
     */
    static Relay start(SseHubBuilder hub, SseServer.Builder builder, Guard guard) {
        Relay relay = new Relay(hub.build(), guard);
        try {
            guard.apply(builder);
            EndpointOptions posts = guard.posts();
            builder.refusals((status, reason) -> SseReply.json(status, Map.of("error", reason)))
                    .endpoint("/events", guard.admitted(checked(relay::subscribe)))
                    .endpoint("POST", "/publish", guard.admitted(checked(relay::publish)), posts)
                    .endpoint("POST", "/disconnect", guard.admitted(relay::disconnect), posts)
                    .endpoint("/stats", guard.admitted(relay::stats))
                    .endpoint("/metrics", guard.admitted(relay.watch::metrics))
                    .endpoint("/health/live", guard.admitted(relay.watch::live))
                    .endpoint("/health/ready", guard.admitted(relay.watch::ready))
                    .endpoint(
                            "*", "/*", guard.refusing(asked -> SseReply.refuse(404, asked.path() + ": no such path")));
            for (String path : PATHS) {
                String allowed = POSTS.contains(path) ? "POST" : "GET, HEAD";
                builder.endpoint("*", path, guard.refusing(request -> notAllowed(request, allowed)));
            }
            relay.server.complete(builder.start());
            relay.watch.begin(relay.server());
            return relay;
        } catch (RuntimeException e) {
            relay.server.thenAccept(SseServer::close);
            relay.watch.close();
            relay.hub.close();
            throw e;
        }
    }

    /** Turns {@code /health/ready} to 503, before the server shuts down. */
    void beginEnd() {
        watch.beginEnd();
    }

    SseServer server() {
        return server.join();
    }

    private SseReply subscribe(SseRequest request) {
        List<String> topics = request.queryAll("topic");
        return guard.grant(SseReply.subscribe(hub, topics.isEmpty() ? List.of(DEFAULT_TOPIC) : topics));
    }

    private SseReply publish(SseRequest request) {
        String topic = only(request, "topic");
        String type = only(request, "type");
        String data = text(request.body());
        CompletionStage<EventId> published = hub.publish(
                topic == null ? DEFAULT_TOPIC : topic,
                type == null || type.isEmpty() ? SseEvent.of(data) : SseEvent.of(type, data));
        return SseReply.when(published.handle((id, failure) -> {
            if (failure == null) {
                return SseReply.json(200, Map.of("id", id.toString()));
            }
            logger.warn("an event was not kept: {}", failure.toString());
            return SseReply.refuse(503, "store: not available");
        }));
    }

    private SseReply disconnect(SseRequest request) {
        return SseReply.json(200, Map.of("closed", server().connections().close(connection -> true)));
    }

    private SseReply stats(SseRequest request) {
        return SseReply.json(
                200,
                new Stats(
                        server().connections().count(),
                        server().connections().deliveredBytes(),
                        server().transport().toString(),
                        hub.stats()));
    }

    private static SseReply notAllowed(SseRequest request, String allowed) {
        return SseReply.refuse(405, "method: " + request.method() + " (expected: " + allowed + ")")
                .header("Allow", allowed);
    }

    @Override
    public void close() {
        watch.beginEnd();
        server().close();
        watch.close();
        hub.close();
    }

    /** The reply to {@code /stats}. */
    record Stats(
            int connections,
            long deliveredBytes,
            String transport,
            @JsonUnwrapped HubStats hub) {}
}

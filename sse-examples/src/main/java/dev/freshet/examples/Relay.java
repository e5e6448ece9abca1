package dev.freshet.examples;

import static dev.freshet.examples.Requests.only;
import static dev.freshet.examples.Requests.text;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
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

/**
 * A small publish and subscribe server. Topics are created by their first use, and the body of a POST is the data of an
 * event.
 */
final class Relay extends Program {

    private static final String DEFAULT_TOPIC = "default";

    private final SseHub hub;
    private final Guard guard;
    private final RelayWatch watch;

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
        return start(hub, builder, guard, EndpointOptions.builder());
    }

    /** Starts a relay as above, with options of its streams. */
    static Relay start(SseHubBuilder hub, SseServer.Builder builder, Guard guard, EndpointOptions.Builder streams) {
        guard.apply(builder.refusals((status, reason) -> SseReply.json(status, Map.of("error", reason))));
        Relay relay = new Relay(hub.build(), guard);
        guard.endpoint(builder, "GET", "/events", Requests.checked(relay::subscribe), streams);
        guard.endpoint(builder, "POST", "/publish", Requests.checked(relay::publish));
        guard.endpoint(builder, "POST", "/disconnect", relay::disconnect);
        guard.endpoint(builder, "GET", "/stats", relay::stats);
        guard.endpoint(builder, "GET", "/metrics", relay.watch::metrics);
        guard.endpoint(builder, "GET", "/health/live", request -> relay.watch.live(relay.server()));
        guard.endpoint(builder, "GET", "/health/ready", request -> relay.watch.ready(relay.server()));
        relay.listen(builder);
        relay.watch.begin(relay.server());
        return relay;
    }

    /** Turns {@code /health/ready} to 503, before the server shuts down. */
    void beginEnd() {
        watch.beginEnd();
    }

    private SseReply subscribe(SseRequest request) {
        List<String> topics = request.queryAll("topic");
        return guard.grant(SseReply.subscribe(hub, topics.isEmpty() ? List.of(DEFAULT_TOPIC) : topics));
    }

    private SseReply publish(SseRequest request) {
        String topic = only(request, "topic");
        String type = only(request, "type");
        String data = text(request.body());
        SseEvent event = type == null || type.isEmpty() ? SseEvent.of(data) : SseEvent.of(type, data);
        return Requests.kept(hub.publish(topic == null ? DEFAULT_TOPIC : topic, event), Requests::id);
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

    @Override
    void end() {
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

package dev.freshet.examples;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.hub.HubStats;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Retention;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseRequest;
import dev.freshet.netty.SseServer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A small publish and subscribe server: topics come with their first use, and what is published is what is delivered. */
final class Relay implements AutoCloseable {

    private static final String DEFAULT_TOPIC = "default";

    private final SseHub hub;
    private final Guard guard;

    /** Complete a moment after the port is open, which is a moment after the first request may come. */
    private final CompletableFuture<SseServer> server = new CompletableFuture<>();

    private Relay(SseHub hub, Guard guard) {
        this.hub = hub;
        this.guard = guard;
    }

    /** Starts a relay for all. */
    static Relay start(Retention retention, SseServer.Builder builder) {
        return start(retention, builder, new Guard());
    }

    /**
     * Starts a relay.
     *
     * @param builder where and how to listen
     * @param guard who may come
     * @throws java.io.UncheckedIOException if the port cannot be bound
     */
    static Relay start(Retention retention, SseServer.Builder builder, Guard guard) {
        Relay relay = new Relay(SseHub.builder().retention(retention).build(), guard);
        Routes routes = new Routes()
                .onlyFor(call -> guard.admits(call.authorization(), call.query().getOrDefault("token", List.of())))
                .postsFrom(guard::allows)
                .post("/publish", relay::publish)
                .post("/disconnect", relay::disconnect)
                .get("/stats", relay::stats);
        if (guard.isCors()) {
            routes.preflights();
        }
        try {
            guard.apply(builder);
            relay.server.complete(builder.endpoint("/events", relay::subscribe)
                    .requests(pipeline -> {
                        guard.apply(pipeline);
                        pipeline.addLast(new HttpDoor(routes));
                    })
                    .start());
            return relay;
        } catch (RuntimeException e) {
            relay.hub.close();
            throw e;
        }
    }

    SseServer server() {
        return server.join();
    }

    private SseReply subscribe(SseRequest request) {
        if (!guard.admits(request.header("Authorization"), request.queryAll("token"))) {
            return SseReply.refuse(401, "token: none that is known");
        }
        List<String> topics = request.queryAll("topic");
        SseReply.Subscribe stream;
        try {
            stream = SseReply.subscribe(hub, topics.isEmpty() ? List.of(DEFAULT_TOPIC) : topics);
        } catch (IllegalArgumentException e) {
            return SseReply.refuse(400, String.valueOf(e.getMessage()));
        }
        return guard.grant(stream);
    }

    private CompletionStage<Answer> publish(Call call) {
        String topic = call.query("topic");
        if (topic == null) {
            topic = DEFAULT_TOPIC;
        }
        String data = call.text();
        CompletionStage<EventId> published;
        try {
            published = hub.publish(topic, event(call.query("type"), data));
        } catch (IllegalArgumentException e) {
            throw new Call.BadRequest(String.valueOf(e.getMessage()));
        }
        return published.thenApply(
                id -> Answer.of(Answer.JSON, ("{\"id\":\"" + id + "\"}").getBytes(StandardCharsets.US_ASCII)));
    }

    private static SseEvent event(@Nullable String type, String data) {
        return type == null || type.isEmpty() ? SseEvent.of(data) : SseEvent.of(type, data);
    }

    private CompletionStage<Answer> disconnect(Call call) {
        int closed = server().connections().close(connection -> true);
        return CompletableFuture.completedFuture(Answer.json(new Closed(closed)));
    }

    private Answer stats(Call call) {
        HubStats stats = hub.stats();
        return Answer.json(new Stats(
                server().connections().count(),
                stats.topics(),
                stats.published(),
                server().connections().deliveredBytes(),
                stats.retainedEvents(),
                stats.retainedBytes(),
                server().transport().toString()));
    }

    @Override
    public void close() {
        server().close();
        hub.close();
    }

    /** The answer to a disconnect. */
    record Closed(int closed) {}

    /** The answer to stats. */
    record Stats(
            int connections,
            int topics,
            long published,
            long deliveredBytes,
            long retainedEvents,
            long retainedBytes,
            String transport) {}
}

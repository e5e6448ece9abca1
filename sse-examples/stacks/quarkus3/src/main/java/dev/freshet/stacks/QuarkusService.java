package dev.freshet.stacks;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseServer;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Quarkus on one port, streams on a second one; the container starts and stops both. */
@Path("/")
@Startup
@ApplicationScoped
public class QuarkusService {
    private final SseHub hub = SseHub.create();
    private SseServer events;

    @ConfigProperty(name = "events.port", defaultValue = "8081")
    int port;

    record Tick(String symbol, int price, Instant time) {}

    @PostConstruct
    void start() {
        events = SseServer.builder()
                .port(port)
                .endpoint("/events", request -> SseReply.subscribe(hub, "ticks"))
                .endpoint("POST", "/echo", request -> SseReply.stream(List.of(SseEvent.of(request.bodyText()))))
                .start();
    }

    @PreDestroy
    void stop() {
        events.shutdown(Duration.ofSeconds(10)).toCompletableFuture().join();
    }

    @POST
    @Path("ticks")
    public void publish(@QueryParam("price") int price) {
        hub.publish("ticks", SseEvent.json("tick", new Tick("ACME", price, Instant.now())));
    }
}

package dev.freshet.migrating;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseBroadcaster;
import jakarta.ws.rs.sse.SseEventSink;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

@Singleton
@Path("prices")
public class BroadcasterPrices {
    public record Tick(String symbol, double price) {}

    private final Sse sse;
    private final SseBroadcaster broadcaster;

    @Inject
    public BroadcasterPrices(@Context Sse sse) {
        this.sse = sse;
        this.broadcaster = sse.newBroadcaster();
        OutboundSseEvent heartbeat = sse.newEventBuilder().comment("").build();
        Executors.newSingleThreadScheduledExecutor()
                .scheduleAtFixedRate(() -> broadcaster.broadcast(heartbeat), 15, 15, TimeUnit.SECONDS);
    }

    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public void follow(@Context SseEventSink sink) {
        broadcaster.register(sink);
    }

    public void changed(Tick tick) {
        broadcaster.broadcast(sse.newEventBuilder()
                .name("tick")
                .mediaType(MediaType.APPLICATION_JSON_TYPE)
                .data(Tick.class, tick)
                .build());
    }
}

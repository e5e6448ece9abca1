package dev.freshet.stacks;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseServer;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Vert.x on one port, streams on a second one; the verticle starts and stops both. */
public final class VertxService extends VerticleBase {
    private final SseHub hub = SseHub.create();
    private final SseServer events = SseServer.builder()
            .port(Integer.getInteger("events.port", 8081))
            .endpoint("/events", request -> SseReply.subscribe(hub, "ticks"))
            .endpoint("POST", "/echo", request -> SseReply.stream(List.of(SseEvent.of(request.bodyText()))))
            .start();

    record Tick(String symbol, int price, Instant time) {}

    public static void main(String[] args) {
        Vertx vertx = Vertx.vertx();
        vertx.deployVerticle(new VertxService()).await();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> vertx.close().await()));
    }

    @Override
    public Future<?> start() {
        Router router = Router.router(vertx);
        router.post("/ticks").handler(request -> {
            publish(Integer.parseInt(request.queryParam("price").get(0)));
            request.end();
        });
        return vertx.createHttpServer().requestHandler(router).listen(Integer.getInteger("server.port", 8080));
    }

    private void publish(int price) {
        hub.publish("ticks", SseEvent.json("tick", new Tick("ACME", price, Instant.now())));
    }

    @Override
    public Future<?> stop() {
        return Future.fromCompletionStage(events.shutdown(Duration.ofSeconds(10)));
    }
}

package dev.freshet.examples.snippets;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseServer;
import java.time.Duration;

public class Prices {
    public record Tick(String symbol, double price) {}

    public static void main(String[] args) throws InterruptedException {
        SseHub hub = SseHub.create(); // in memory; bounded by events, bytes and age

        SseServer server = SseServer.builder()
                .port(args.length > 0 ? Integer.parseInt(args[0]) : 8080)
                .endpoint("/prices", request -> SseReply.subscribe(hub, "prices"))
                .start();
        System.out.println("http://localhost:" + server.address().getPort() + "/prices");

        // At the end every client receives what was published before, and a reconnection time.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> server.shutdown(Duration.ofSeconds(10))
                .toCompletableFuture()
                .join()));

        for (int i = 0; ; i++) {
            hub.publish("prices", SseEvent.json("tick", new Tick("ACME", 12.3 + i))); // from any thread
            Thread.sleep(1000);
        }
    }
}

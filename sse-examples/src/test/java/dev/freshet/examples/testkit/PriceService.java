package dev.freshet.examples.testkit;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseRequest;
import dev.freshet.netty.SseServer;
import java.net.URI;

/** The service under test: prices for those who bring a token. */
final class PriceService implements AutoCloseable {
    private final SseHub hub = SseHub.create();
    private final SseServer server = SseServer.builder()
            .host("localhost")
            .port(0) // a free one
            .endpoint("/prices", this::prices)
            .endpoint("POST", "/prices", this::asked)
            .start();

    private SseReply prices(SseRequest request) {
        return "Bearer secret".equals(request.header("Authorization"))
                ? SseReply.subscribe(hub, "prices")
                : SseReply.refuse(401);
    }

    /** Follows the topics that the body names, one in each line. */
    private SseReply asked(SseRequest request) {
        return SseReply.subscribe(hub, request.bodyText().split("\n"));
    }

    URI uri() {
        return URI.create("http://localhost:" + server.address().getPort());
    }

    void publish(int price) {
        hub.publish("prices", SseEvent.of("price", Integer.toString(price)));
    }

    void closeMarket() {
        hub.complete("prices", SseEvent.of("closed", "for today"));
    }

    @Override
    public void close() {
        server.close();
        hub.close();
    }
}

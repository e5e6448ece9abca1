package dev.freshet.examples.snippets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseServer;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The guide's client for Java. */
class PriceFollowerTest {
    private static final int PATIENCE_SECONDS = 30;

    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final SseHub hub = SseHub.create();
    private final SseServer server = SseServer.builder()
            .host("127.0.0.1")
            .port(0)
            .retry(Duration.ofMillis(50), Duration.ofMillis(50))
            .endpoint("/prices", request -> SseReply.subscribe(hub, "prices"))
            .start();
    private final FutureTask<Void> following = new FutureTask<>(() -> {
        new PriceFollower((type, data, id) -> received.add(type + " " + data))
                .follow(URI.create("http://127.0.0.1:" + server.address().getPort() + "/prices"));
        return null;
    });

    @AfterEach
    void end() {
        following.cancel(true);
        server.close();
        hub.close();
    }

    private void assertReceived(String event) throws InterruptedException {
        assertThat(received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(event);
    }

    @Test
    void itResumesAfterACutAndReturnsWhereNothingMoreFollows() throws Exception {
        new Thread(following, "follower").start();
        assertReceived("stream-open {\"resume\":\"fresh\"}");
        hub.publish("prices", SseEvent.of("tick", "1"));
        assertReceived("tick 1");

        server.connections().abort(connection -> true);
        hub.publish("prices", SseEvent.of("tick", "2"));
        assertReceived("stream-open {\"resume\":\"resumed\"}");
        assertReceived("tick 2");

        hub.complete("prices", SseEvent.of("tick", "3"));
        assertReceived("tick 3");
        following.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(received).isEmpty();
    }

    @Test
    void itDoesNotComeBackToWhatIsNotThere() throws Exception {
        FutureTask<Void> other = new FutureTask<>(() -> {
            new PriceFollower((type, data, id) -> received.add(type))
                    .follow(URI.create("http://127.0.0.1:" + server.address().getPort() + "/none"));
            return null;
        });
        other.run();
        other.get();
        assertThat(received).isEmpty();
    }
}

package dev.freshet.examples.snippets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseRequest;
import dev.freshet.netty.SseServer;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The guide's client for Java. */
class PriceFollowerTest {
    private static final int PATIENCE_SECONDS = 30;
    private static final Duration LONG = Duration.ofSeconds(45);
    private static final long RETRY = 50;
    private static final int TIMES = 3;
    private static final long RETRY_AFTER = 7;
    private static final String FRESH = "stream-open {\"resume\":\"fresh\"}";
    private static final String RESUMED = "stream-open {\"resume\":\"resumed\"}";

    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final BlockingQueue<Long> pauses = new LinkedBlockingQueue<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final SseHub hub = SseHub.create();
    private final SseServer server = SseServer.builder()
            .host("127.0.0.1")
            .port(0)
            .retry(Duration.ofMillis(RETRY), Duration.ofMillis(RETRY))
            .endpoint("/prices", request -> SseReply.subscribe(hub, "prices"))
            .endpoint("/busy/{status}", this::busyAtFirst)
            .start();
    private FutureTask<Void> following = new FutureTask<>(() -> null);
    private volatile boolean hasEnded;

    private SseReply busyAtFirst(SseRequest request) {
        if (requests.getAndIncrement() > 0) {
            return SseReply.subscribe(hub, "prices");
        }
        int status = Integer.parseInt(request.pathParameter("status"));
        return SseReply.answer(status).header("Retry-After", String.valueOf(RETRY_AFTER));
    }

    /** Follows a path on a thread of its own, by a client that takes its pauses down and makes none. */
    private void follow(String path, Duration silence) {
        PriceFollower follower = new PriceFollower((type, data, id) -> received.add(type + " " + data), silence) {
            @Override
            void pause(long millis) throws InterruptedException {
                if (hasEnded) { // its client may have dropped an interrupt
                    throw new InterruptedException();
                }
                pauses.add(millis);
            }
        };
        following = new FutureTask<>(() -> {
            follower.follow(URI.create("http://127.0.0.1:" + server.address().getPort() + path));
            return null;
        });
        new Thread(following, "follower").start();
    }

    @AfterEach
    void end() {
        hasEnded = true;
        following.cancel(true);
        server.close();
        hub.close();
    }

    private void assertReceived(String event) throws InterruptedException {
        assertThat(received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(event);
    }

    private void cut() {
        server.connections().abort(connection -> true);
    }

    @Test
    void itResumesAfterACutAndReturnsWhereNothingMoreFollows() throws Exception {
        follow("/prices", LONG);
        assertReceived(FRESH);
        hub.publish("prices", SseEvent.of("tick", "1"));
        assertReceived("tick 1");

        cut();
        hub.publish("prices", SseEvent.of("tick", "2"));
        assertReceived(RESUMED);
        assertReceived("tick 2");

        hub.complete("prices", SseEvent.of("tick", "3"));
        assertReceived("tick 3");
        following.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(received).isEmpty();
    }

    @Test
    void aCutStreamIsNotAddedToTheFailuresBeforeIt() throws Exception {
        follow("/prices", LONG);
        assertReceived(FRESH);
        for (int i = 0; i < TIMES; i++) {
            cut();
            assertReceived(RESUMED);
            assertThat(pauses.poll()).isEqualTo(2 * RETRY);
        }
    }

    @Test
    void itComesBackWhereNoByteCame() throws Exception {
        follow("/prices", Duration.ofMillis(100));
        assertReceived(FRESH);
        assertReceived(RESUMED);
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 503})
    void itComesBackNoSoonerThanItIsTold(int status) throws Exception {
        follow("/busy/" + status, LONG);
        assertReceived(FRESH);
        assertThat(pauses.poll()).isEqualTo(TimeUnit.SECONDS.toMillis(RETRY_AFTER));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/none", "/busy/302", "/busy/401"})
    void itTellsWhereItDoesNotHelpToComeBack(String path) {
        follow(path, LONG);
        assertThatThrownBy(() -> following.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(IllegalStateException.class)
                .rootCause()
                .hasMessageMatching("http://.*" + path + ": \\d{3} \\(expected: 200\\)");
        assertThat(received).isEmpty();
    }
}

package dev.freshet.stacks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.RawSseClient.Head;
import dev.freshet.hub.SseHub;
import dev.freshet.store.MemoryStore;
import dev.freshet.store.PausedStore;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients in Tomcat that come from another node, with a position that this one's tail has not brought yet. */
@Timeout(2 * TomcatFixture.PATIENCE_SECONDS)
class AheadOfItsNodeTest extends TomcatFixture {
    private static final int HELD_MILLIS = 500;

    private final MemoryStore store = new MemoryStore();
    private final PausedStore paused = new PausedStore(store);
    private final SseHub there = SseHub.builder().store(store).build();
    private SseHub here;

    private void startHere(Duration patience) throws Exception {
        here = SseHub.builder().store(paused).aheadPatience(patience).build();
        start(here, LONG, LONG);
        paused.pause();
    }

    @AfterEach
    void close() {
        here.close();
        there.close();
    }

    private EventId publishThere(String data) {
        return there.publish("t", SseEvent.of(data)).toCompletableFuture().join();
    }

    /** Comes from there, and waits here. */
    private RawSseClient comeOver() throws Exception {
        EventId last = publishThere("a");
        publishThere("b");
        RawSseClient client = client(0);
        client.send("GET /events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: " + last + "\r\n\r\n");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (servlet.waiting() == 0) {
            assertThat(System.nanoTime() - deadline)
                    .as("until the request waits")
                    .isNegative();
            Thread.onSpinWait();
        }
        return client;
    }

    /** Has Tomcat hold a second dispatch back for a while, or until its servlets are stopped. */
    private void holdDispatches() {
        CountDownLatch stopped = new CountDownLatch(1);
        tomcat.getEngine().findChildren()[0].findChildren()[0].addLifecycleListener(event -> {
            if (event.getType().equals(Lifecycle.AFTER_STOP_EVENT)) {
                stopped.countDown();
            }
        });
        tomcat.getEngine().getPipeline().addValve(new ValveBase(true) {
            @Override
            public void invoke(Request request, Response response) throws IOException, ServletException {
                if (request.isAsyncDispatching()) {
                    try {
                        stopped.await(HELD_MILLIS, TimeUnit.MILLISECONDS);
                    } catch (InterruptedException e) {
                        throw new ServletException(e);
                    }
                }
                getNext().invoke(request, response);
            }
        });
    }

    private static void assertIsToComeLater(RawSseClient client) throws Exception {
        Head head = client.readHead();
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("SSE-Resume")).isNull();
        assertThat(client.readBytes(7)).asString().isEqualTo("retry: ");
    }

    @Test
    void theNodeWaitsForThePositionAndResumesAndNoThreadOfTheContainersWaits() throws Exception {
        threads = 1;
        startHere(Duration.ofMinutes(1));
        RawSseClient client = comeOver();
        followOpened("/events", "fresh");
        paused.goOn();
        assertThat(client.readHead().header("SSE-Resume")).isEqualTo("resumed");
        assertThat(client.readEvent().type()).isEqualTo("stream-open");
        publishThere("c");
        assertThat(data(client, 2)).containsExactly("b", "c");
        assertThat(servlet.waiting()).isZero();
    }

    @Test
    void whereThePositionDoesNotComeTheClientIsReset() throws Exception {
        startHere(SHORT);
        RawSseClient client = client(0);
        EventId last = publishThere("a");
        assertThat(client.get("/events", "Last-Event-ID: " + last).header("SSE-Resume"))
                .isEqualTo("reset");
        assertThat(client.readEvent().data()).contains("\"reason\":\"ahead\"");
    }

    @Test
    void whoWaitsAsTheStreamsEndIsToldToComeLater() throws Exception {
        startHere(Duration.ofMinutes(1));
        RawSseClient client = comeOver();
        servlet.end();
        assertIsToComeLater(client);
    }

    @Test
    void whoWaitsAsTheStreamsEndIsAnsweredBeforeTheContainerStops() throws Exception {
        startHere(Duration.ofMinutes(1));
        holdDispatches();
        RawSseClient client = comeOver();
        servlet.end();
        stop();
        assertIsToComeLater(client);
        assertThat(servlet.waiting()).isZero();
    }

    @Test
    void aContainerThatStopsByItselfDoesNotWaitForWhoWaits() throws Exception {
        startHere(Duration.ofMinutes(1));
        comeOver();
        stop();
        assertThat(servlet.waiting()).isZero();
    }

    @Test
    void whoWaitsAsTheHubIsClosedIsToldToComeLater() throws Exception {
        startHere(Duration.ofMinutes(1));
        RawSseClient client = comeOver();
        here.close();
        assertIsToComeLater(client);
    }

    @Test
    void oneThatHasWaitedEndsLikeAnother() throws Exception {
        startHere(Duration.ofMinutes(1));
        RawSseClient client = comeOver();
        paused.goOn();
        assertThat(client.readHead().header("SSE-Resume")).isEqualTo("resumed");
        assertThat(client.readEvents(2)).extracting("type").containsExactly("stream-open", "message");
        servlet.end();
        assertThat(client.tryReadEvent()).isNull();
        assertThat(client.isWhole()).isTrue();
    }
}

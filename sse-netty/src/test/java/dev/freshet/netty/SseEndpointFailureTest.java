package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.ResumeOutcome;
import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.log.Cursor;
import dev.freshet.log.StartRequest;
import io.netty.channel.DefaultEventLoop;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Code of the application that fails harms its own connection only, and the end of the hub none.
 * Covers {@link EventLoops} and {@link WatchedListener}.
 */
class SseEndpointFailureTest extends ServerFixture {
    private SseServer serveBeside(SseEndpoint failing) {
        return start(local().endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .endpoint("/failing", failing));
    }

    private void assertRefusedBesideAStream(SseEndpoint failing, String reason) throws Exception {
        SseServer server = serveBeside(failing);
        RawSseClient beside = follower(server);
        RawSseClient client = client(server);
        assertThat(client.get("/failing").status()).isEqualTo(500);
        assertThat(rest(client)).isEqualTo(reason + "\n");
        publish("a");
        assertThat(beside.readEvent().data()).isEqualTo("a");
    }

    @Test
    void anEndpointThatThrowsIsRefused() throws Exception {
        assertRefusedBesideAStream(
                request -> {
                    throw new IllegalStateException("as the test wants");
                },
                "the endpoint failed");
    }

    @Test
    @SuppressWarnings("NullAway") // the mistake under test
    void anEndpointThatAnswersNullIsRefused() throws Exception {
        assertRefusedBesideAStream(request -> null, "the endpoint failed");
    }

    @Test
    void aSnapshotThatThrowsIsRefused() throws Exception {
        assertRefusedBesideAStream(
                request -> SseReply.subscribe(hub, "t").snapshot(() -> {
                    throw new IllegalStateException("as the test wants");
                }),
                "the snapshot failed");
    }

    @Test
    @SuppressWarnings("NullAway") // the mistake under test
    void aSnapshotThatIsNullIsRefused() throws Exception {
        assertRefusedBesideAStream(request -> SseReply.subscribe(hub, "t").snapshot(() -> null), "the snapshot failed");
    }

    @Test
    @SuppressWarnings("NullAway") // the mistake under test
    void aSnapshotWithANullEventIsRefused() throws Exception {
        List<SseEvent> events = java.util.Collections.singletonList(null);
        assertRefusedBesideAStream(
                request -> SseReply.subscribe(hub, "t").snapshot(() -> events), "the snapshot failed");
    }

    @Test
    void aListenerThatThrowsHarmsNoStream() throws Exception {
        SseServer server = start(local().listener(new SseListener() {
                    @Override
                    public void opened(SseConnection connection, ResumeOutcome outcome) {
                        throw new IllegalStateException("as the test wants");
                    }

                    @Override
                    public void closed(SseConnection connection, CloseReason reason) {
                        throw new IllegalStateException("as the test wants");
                    }
                })
                .endpoint("/events", request -> SseReply.subscribe(hub, "t")
                        .attribute("leaves", request.query("leaves") != null)));
        RawSseClient stays = follower(server);
        RawSseClient leaves = client(server);
        leaves.get("/events?leaves");
        assertThat(server.connections().close(c -> Boolean.TRUE.equals(c.attribute("leaves"))))
                .isEqualTo(1);
        rest(leaves);
        publish("a");
        assertThat(stays.readEvent().data()).isEqualTo("a");
    }

    @Test
    void aClosedHubIsUnavailable() throws Exception {
        SseServer server = serve();
        hub.close();
        RawSseClient client = client(server);
        RawSseClient.Head head = client.get("/events");
        assertThat(head.status()).isEqualTo(503);
        assertThat(body(client, head)).isEqualTo("the hub is closed\n");
    }

    @Test
    void aBrowserIsToldToComeLaterToAClosedHub() throws Exception {
        SseServer server = serve();
        hub.close();
        RawSseClient browser = client(server);
        assertThat(browser.get("/events", "Accept: text/event-stream", "User-Agent: Mozilla/5.0")
                        .status())
                .isEqualTo(200);
        assertThat(browser.tryReadEvent()).isNull();
        assertThat(browser.retries()).hasSize(1);
    }

    @Test
    void aStreamEndsAfterTheLastEventOfAClosedHub() throws Exception {
        RawSseClient client = follower(serve());
        publish("a");
        publish("b");
        hub.close();
        assertThat(client.readEvents(2)).extracting(e -> e.data()).containsExactly("a", "b");
        assertThat(client.tryReadEvent()).isNull();
    }

    @Test
    void aFanOutWhoseLoopHasEndedHarmsNeitherPublisherNorOtherStreams() throws Exception {
        DefaultEventLoop loop = new DefaultEventLoop();
        Cursor cursor = hub.open(List.of("t"), StartRequest.latest()).cursor();
        new HubFanout(
                new HubLoop(new RequestEngine(SseHandler.builder().options(1)), loop),
                cursor.logs().get(0)); // is woken first
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
        RawSseClient other = follower(serve());
        publish("a");
        publish("b");
        assertThat(other.readEvent().data()).isEqualTo("a");
        assertThat(other.readEvent().data()).isEqualTo("b");
        cursor.close();
    }
}

package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Retention;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The places that ending streams leave, and those that they hold.
 * Covers {@link StreamLimits}, {@link StreamLease} and {@link StreamsByName}.
 */
class StreamLimitsEndingTest extends ServerFixture {
    private static final int RECEIVE_BUFFER = 4 << 10;
    private static final int MORE_THAN_SOCKETS_HOLD = 16 << 20;
    private static final String LARGE = "x".repeat(64 << 10);

    private final Recorder recorder = new Recorder();

    @BeforeEach
    void retainAll() {
        hub.close();
        hub = SseHub.builder()
                .retention(
                        Retention.builder().maxBytes(4 * MORE_THAN_SOCKETS_HOLD).build())
                .build();
    }

    private SseServer limited(Limits.Builder limits) {
        return start(local().limits(limits.closeTimeout(Duration.ofHours(1), Duration.ofHours(1))
                        .build())
                .listener(recorder)
                .endpoint("/events", request -> SseReply.subscribe(hub, "t").key("ada")));
    }

    /** One that reads nothing, as behind a black hole. */
    private SseConnection stuck(SseServer server) throws Exception {
        RawSseClient client = client(server, RECEIVE_BUFFER);
        assertThat(client.get("/events").status()).isEqualTo(200);
        SseConnection connection = recorder.nextOpened();
        for (int i = 0; i < MORE_THAN_SOCKETS_HOLD / LARGE.length(); i++) {
            publish(LARGE);
        }
        untilFull(connection);
        return connection;
    }

    private int status(SseServer server) throws Exception {
        return client(server).get("/events").status();
    }

    @Test
    void aStreamThatEndsLeavesItsPlaceAtOnceThoughItsClientReadsNothing() throws Exception {
        SseServer server = limited(Limits.builder().connectionsPerKey(1));
        SseConnection stuck = stuck(server);
        assertThat(status(server)).isEqualTo(503);
        stuck.close();
        assertThat(status(server)).isEqualTo(200);
        assertThat(stuck.isOpen()).isTrue();
        assertThat(status(server)).isEqualTo(503);
    }

    @Test
    void aStreamWhoseTopicEndsLeavesItsPlaceThoughItsClientReadsNothing() throws Exception {
        SseServer server = start(local().limits(Limits.builder().connections(1).build())
                .listener(recorder)
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .endpoint("/other", request -> SseReply.subscribe(hub, "other")));
        SseConnection stuck = stuck(server);
        hub.complete("t", dev.freshet.event.SseEvent.of("last"));
        loopOf(stuck).submit(() -> {}).get(); // the fan-out has had its turn
        assertThat(client(server).get("/other").status()).isEqualTo(200);
        assertThat(stuck.isOpen()).isTrue();
    }

    @Test
    void theNewestOfAKeyIsLetInAtTheFirstTryThoughTheOneBeforeReadsNothing() throws Exception {
        SseServer server = limited(Limits.builder().connectionsPerKey(1).evictOldest());
        SseConnection stuck = stuck(server);
        assertThat(status(server)).isEqualTo(200);
        SseConnection newest = recorder.nextOpened();
        assertThat(stuck.isOpen()).isTrue();
        assertThat(newest.isOpen()).isTrue();
        assertThat(newest.send(dev.freshet.event.SseEvent.of("x"))).isNotCompletedExceptionally();
    }

    @Test
    void oneThatIsEvictedGetsWhatWasPublishedBeforeAndIsToldToStayAwayForLonger() throws Exception {
        SseServer server = limited(Limits.builder().connectionsPerKey(2).evictOldest());
        RawSseClient oldest = follower(server);
        RawSseClient other = follower(server);
        publish("before");
        follower(server);
        publish("after");
        assertThat(oldest.readEvent().data()).isEqualTo("before");
        assertThat(oldest.tryReadEvent()).isNull();
        assertThat(oldest.retries().get(1)).isGreaterThanOrEqualTo(Duration.ofSeconds(5));
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.EVICTED);
        assertThat(other.readEvents(2)).extracting("data").containsExactly("before", "after");
    }

    @Test
    void asManyMayEndAgainPerKeyAndOneMoreCutsOffTheOldest() throws Exception {
        SseServer server = limited(Limits.builder().connectionsPerKey(1).evictOldest());
        SseConnection first = stuck(server);
        SseConnection second = stuck(server);
        SseConnection third = stuck(server);
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.EVICTED);
        assertThat(first.isOpen()).isFalse();
        assertThat(second.isOpen()).isTrue();
        assertThat(third.isOpen()).isTrue();
        assertThat(server.connections().count()).isEqualTo(2);
        assertThat(server.connections().cutOff()).isEqualTo(1);
    }

    @Test
    void asManyMayEndAgainPerAddress() throws Exception {
        SseServer server = limited(Limits.builder().connectionsPerAddress(1));
        SseConnection first = stuck(server);
        first.close();
        SseConnection second = stuck(server);
        second.close();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.APPLICATION);
        assertThat(first.isOpen()).isFalse();
        assertThat(status(server)).isEqualTo(200);
    }

    @Test
    void whoIsOverAnotherLimitEvictsNobody() throws Exception {
        SseServer server =
                limited(Limits.builder().connections(2).connectionsPerKey(2).evictOldest());
        follower(server);
        follower(server);
        SseServer other = start(local().limits(Limits.builder()
                        .connections(1)
                        .connectionsPerKey(2)
                        .evictOldest()
                        .build())
                .listener(recorder)
                .endpoint("/events", request -> SseReply.subscribe(hub, "t").key("ada")));
        RawSseClient only = follower(other);
        assertThat(status(other)).isEqualTo(503);
        publish("x");
        assertThat(only.readEvent().data()).isEqualTo("x");
    }
}

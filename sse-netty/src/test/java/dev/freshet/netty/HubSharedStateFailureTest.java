package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.hub.SseSnapshot;
import dev.freshet.hub.SseSnapshot.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** What may happen while clients wait for a shared snapshot. */
class HubSharedStateFailureTest extends SharedSnapshotFixture {
    /** One that waits for a call that has begun. */
    private RawSseClient waiting(SseServer server) throws Exception {
        RawSseClient client = asking(server);
        awaitCall();
        return client;
    }

    private static void assertToComeLater(RawSseClient client) throws Exception {
        RawSseClient.Head head = client.readHead();
        assertThat(head.status()).isEqualTo(503);
        assertThat(head.header("Retry-After")).isNotNull();
    }

    @Test
    void aSupplierThatThrowsRefusesAllWhoWaitAndTheNextTriesAgain() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        SseSnapshot shared = held(() -> {
            if (calls.get() == 1) {
                throw new IllegalStateException("as the test wants");
            }
            return State.of(List.of(SseEvent.of("state")));
        });
        SseServer server = serve(request -> {
            asked.incrementAndGet();
            return SseReply.subscribe(hub, "t").snapshot(shared);
        });
        RawSseClient one = waiting(server);
        RawSseClient two = asking(server);
        awaitRequests(server, asked, 2);
        letReturn();
        for (RawSseClient client : List.of(one, two)) {
            assertThat(client.readHead().status()).isEqualTo(500);
            assertThat(rest(client)).isEqualTo("the snapshot failed\n");
        }
        letReturn();
        assertThat(follower(server).readEvent().data()).isEqualTo("state");
        assertThat(calls).hasValue(2);
    }

    @Test
    void anExecutorThatRejectsTellsToComeLater() throws Exception {
        SseSnapshot shared = SseSnapshot.of(
                hub,
                List.of("t"),
                task -> {
                    throw new RejectedExecutionException("as the test wants");
                },
                () -> State.of(List.of()));
        assertToComeLater(asking(start(recorded(shared))));
    }

    @Test
    void anExecutorThatWouldHoldTheEventLoopIsFull() throws Exception {
        SseSnapshot shared = SseSnapshot.of(hub, List.of("t"), Runnable::run, () -> {
            calls.incrementAndGet();
            return State.of(List.of());
        });
        assertToComeLater(asking(start(recorded(shared))));
        assertThat(calls).hasValue(0);
    }

    @Test
    void oneThatIsEvictedAgainAndAgainIsGivenUp() throws Exception {
        SseSnapshot shared = snapshot(() -> {
            publishNumbers(RETAINED + 1);
            return State.of(List.of(SseEvent.of("state")));
        });
        assertToComeLater(asking(start(recorded(shared))));
        assertThat(calls).hasValue(3);
        assertThat(hub.topic("t").followers()).isZero();
    }

    @Test
    void oneThatIsEvictedOnceIsTakenAnew() throws Exception {
        SseSnapshot shared = snapshot(() -> {
            if (calls.get() == 1) {
                publishNumbers(RETAINED + 1);
            }
            return State.of(List.of(SseEvent.of("state", "" + published)));
        });
        RawSseClient client = asking(start(recorded(shared)));
        assertThat(client.readHead().status()).isEqualTo(200);
        assertThat(client.readEvent().data()).isEqualTo("" + (RETAINED + 1));
        assertThat(calls).hasValue(2);
    }

    @Test
    void whoIsNotServedInTimeIsToldToComeLater() throws Exception {
        SseServer server = start(recorded(held())
                .limits(Limits.builder().answerTimeout(Duration.ofSeconds(1)).build()));
        RawSseClient client = waiting(server);
        assertToComeLater(client);
        letReturn();
        assertThat(follower(server).readEvent().type()).isEqualTo("state");
        assertThat(calls).hasValue(1);
    }

    @Test
    void whoseTimeIsUpMeanwhileGetsNothingElse() throws Exception {
        AtomicReference<Instant> expiry = new AtomicReference<>(Instant.MAX);
        SseSnapshot shared = held();
        SseServer server = serve(request -> {
            expiry.set(Instant.now().plusMillis(20));
            return SseReply.subscribe(hub, "t").expiresAt(expiry.get()).snapshot(shared);
        });
        RawSseClient client = waiting(server);
        while (!Instant.now().isAfter(expiry.get())) {
            LockSupport.parkNanos(1_000_000);
        }
        letReturn();
        assertThat(client.readHead().status()).isEqualTo(200);
        assertThat(client.readEvent().type()).isEqualTo("credentials-expired");
        assertThat(client.tryReadEvent()).isNull();
    }

    @Test
    void whoIsEndedMeanwhileGetsNoState() throws Exception {
        SseServer server = start(recorded(held()));
        RawSseClient client = waiting(server);
        server.connections().close(stream -> "ada".equals(stream.attribute("user")));
        letReturn();
        assertThat(client.readHead().status()).isEqualTo(200);
        assertThat(client.tryReadEvent()).isNull();
        assertThat(client.lastEventId()).isEmpty();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.APPLICATION);
    }

    @Test
    void aHubThatClosesMeanwhileTellsToComeLater() throws Exception {
        SseServer server = start(recorded(held()));
        RawSseClient client = waiting(server);
        hub.close();
        letReturn();
        assertToComeLater(client);
    }

    @Test
    void theLimitsCountWhenItHasCome() throws Exception {
        SseSnapshot shared = held();
        SseServer server = start(local().limits(Limits.builder().connections(1).build())
                .endpoint("/events", request -> SseReply.subscribe(hub, "t").snapshot(shared))
                .endpoint("/plain", request -> SseReply.subscribe(hub, "t")));
        RawSseClient client = waiting(server);
        assertThat(client(server).get("/plain").status())
                .as("who waits is no stream")
                .isEqualTo(200);
        letReturn();
        assertToComeLater(client);
    }

    @Test
    void aServerThatEndsMeanwhileTellsOrClosesAndNothingIsHeld() throws Exception {
        SseServer server = start(recorded(held()));
        RawSseClient client = waiting(server);
        server.close();
        letReturn();
        assertThat(client.readToEnd()).isEmpty();
        assertThat(hub.topic("t").followers()).isZero();
    }

    @Test
    void whoHasGoneMeanwhileHoldsNothing() throws Exception {
        SseSnapshot shared = held(() -> State.of(List.of(SseEvent.of("x".repeat(100_000)))));
        SseServer server = start(recorded(shared));
        RawSseClient gone = waiting(server);
        RawSseClient stays = asking(server);
        gone.cut();
        letReturn();
        stays.readHead();
        stays.readEvent();
        stays.close();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.PEER);
        server.close();
        nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        publish("looks what is over");
        assertThat(hub.stats().heldBytes()).isLessThan(100_000);
        assertThat(hub.topic("t").followers()).isZero();
    }

    @Test
    void aLoopGoesOnWhileTheStateIsLookedAt() throws Exception {
        SseSnapshot shared = held();
        SseServer server = start(local().endpoint(
                        "/events", request -> SseReply.subscribe(hub, "t").snapshot(shared))
                .endpoint("/plain", request -> SseReply.subscribe(hub, "t")));
        RawSseClient client = waiting(server);
        RawSseClient plain = client(server);
        assertThat(plain.get("/plain").status()).isEqualTo(200);
        publishNumbers(1);
        assertThat(plain.readEvent().data()).isEqualTo("1");
        letReturn();
        assertThat(client.readHead().status()).isEqualTo(200);
    }
}

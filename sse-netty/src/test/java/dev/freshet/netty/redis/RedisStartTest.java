package dev.freshet.netty.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.CuttingProxy;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.harness.Conditions;
import dev.freshet.hub.SseHub;
import dev.freshet.hub.StoreStart;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseServer;
import dev.freshet.store.EventStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Nodes that start before their Redis. */
class RedisStartTest extends RedisFixture {
    private SseHub retrying(RedisEventStore store) {
        return keepHub(SseHub.builder()
                .store(store)
                .storeStart(StoreStart.RETRY, Duration.ofMinutes(1))
                .build());
    }

    private static String problem(SseHub hub) {
        return String.valueOf(Objects.requireNonNull(hub.storeStats()).problem());
    }

    private static void awaitLoaded(SseHub hub) {
        Conditions.await("the hub is loaded", hub::isLoaded);
    }

    private static RawSseClient client(SseServer server) throws Exception {
        return RawSseClient.connect("127.0.0.1", server.address().getPort());
    }

    private static void awaitNoThread(String name) {
        Conditions.await("no thread " + name, () -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals(name)));
    }

    @Test
    void aNodeStartsOnceThereIsRoomForItsConnection() throws Exception {
        redis.call("CONFIG", "RESETSTAT");
        RedisEventStore store = patient(redis.port());
        CompletableFuture<SseHub> hub;
        try (OnlyClient other = new OnlyClient(redis)) {
            hub = CompletableFuture.supplyAsync(
                    () -> keepHub(SseHub.builder().store(store).build()));
            other.awaitInfo("rejected_connections:[1-9][0-9]*");
            assertThat(hub).isNotDone();
            other.call("CONFIG SET maxclients 100");
        }

        assertThat(hub.get(Told.PATIENCE_SECONDS, TimeUnit.SECONDS).isLoaded()).isTrue();
    }

    private static void closeOne(Socket connection, boolean waits, boolean resets) {
        try (connection) {
            if (waits) {
                int unused = connection.getInputStream().read(new byte[8192]);
            }
            connection.setSoLinger(resets, 0);
        } catch (IOException e) {
            // the client was first
        }
    }

    /** A store whose start is retried for longer than a test waits. */
    private RedisEventStore patient(int port) {
        return keep(RedisEventStore.builder("redis://127.0.0.1:" + port, KEY)
                .timeout(Duration.ofMinutes(2))
                .build());
    }

    /** Closes each connection, after what the client sends first or before, and with a FIN or a reset. */
    private static void closeAll(ServerSocket door, boolean waits, boolean resets, CountDownLatch closed) {
        try {
            while (true) {
                Socket connection = door.accept();
                closeOne(connection, waits, resets);
                closed.countDown();
            }
        } catch (IOException e) {
            // closed
        }
    }

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void aStartIsRetriedWhereItsConnectionIsClosedBeforeRedisReplies(boolean waits, boolean resets) throws Exception {
        ServerSocket door = keep(new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1})));
        CountDownLatch closed = new CountDownLatch(6);
        CompletableFuture.runAsync(() -> closeAll(door, waits, resets, closed));
        RedisEventStore store = patient(door.getLocalPort());

        CompletableFuture<EventStore.Tail> started = store.tail(new Told()).toCompletableFuture();

        assertThat(closed.await(Told.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(started).isNotDone();
    }

    @ParameterizedTest
    @EnumSource(names = {"FIN", "RST"})
    void aStartIsRetriedWhereItsConnectionIsCutInAReply(CuttingProxy.Cut cut) throws Exception {
        CuttingProxy proxy = keep(CuttingProxy.before(redis.port()));
        Iterator<Long> bytes = List.of(1L, 50L, 200L, 700L).iterator();
        proxy.cutEachAfter(() -> bytes.hasNext() ? bytes.next() : Long.MAX_VALUE, cut);

        Told told = tail(patient(proxy.port()));

        assertThat(proxy.cutStreams()).hasSize(4);
        append(store(), "one");
        assertThat(told.nextData(1)).containsExactly("one");
    }

    @Test
    void aStreamWhoseIdsAreUsedUpIsRefusedAndNotWrittenTo() throws Exception {
        redis.call("XADD", KEY, "9007199254740991-0", "of", "another");

        assertThatIllegalStateException()
                .isThrownBy(() -> SseHub.builder().store(store()).build())
                .withMessageContaining("SEQUENCE 9007199254740992-0 (expected: milliseconds below 2^53)");
        assertThat(redis.call("XLEN", KEY)).isEqualTo("1");
    }

    @Test
    void aNodeComesUpWithoutRedisAndServesOnceThatIsThere() throws Exception {
        redis.stop();
        RedisEventStore store = store();
        SseHub hub = retrying(store);
        SseServer server = keep(SseServer.builder()
                .host("127.0.0.1")
                .port(0)
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .start());
        assertThat(hub.isLoaded()).isFalse();
        assertThat(problem(hub)).startsWith("store: not loaded yet: ").contains(redis.uri(), "refused");
        assertThat(store.stats().problem()).contains(redis.uri(), "refused");
        try (RawSseClient client = client(server)) {
            assertThat(client.get("/events").status()).isEqualTo(503);
        }
        CompletableFuture<EventId> early =
                hub.publish("t", SseEvent.of("early")).toCompletableFuture();

        redis.startAgain();

        awaitLoaded(hub);
        EventId published = get(early);
        assertThat(store.stats().problem()).isNull();
        try (RawSseClient client = client(server)) {
            client.without("stream-open").get("/events", "Last-Event-ID: " + published);
            get(hub.publish("t", SseEvent.of("then")));
            assertThat(client.readEvent().data()).isEqualTo("then");
        }
    }

    @Test
    void aPasswordThatIsWrongIsToldAndTriedAgain() throws Exception {
        redis.call("CONFIG", "SET", "requirepass", "right");
        SseHub hub = retrying(store());
        assertThat(problem(hub)).contains("a password is needed");

        redis.call(List.of("AUTH", "right"), "CONFIG", "SET", "requirepass", "");

        awaitLoaded(hub);
    }

    @Test
    void aNodeThatIsClosedBeforeItsRedisIsThereLeavesNothing() throws Exception {
        redis.stop();
        RedisEventStore store = RedisEventStore.builder(redis.uri(), KEY).build();
        SseHub hub = SseHub.builder()
                .store(store)
                .storeStart(StoreStart.RETRY, Duration.ofMinutes(1))
                .build();
        CompletableFuture<EventId> early =
                hub.publish("t", SseEvent.of("early")).toCompletableFuture();

        hub.close();
        store.close();

        assertThat(early).isCompletedExceptionally();
        awaitNoThread("freshet-redis-append");
        awaitNoThread("freshet-redis-tail");
    }

    @Test
    void aStartThatTakesTooLongLeavesNoTail() throws Exception {
        CuttingProxy proxy = keep(CuttingProxy.before(redis.port()));
        RedisEventStore store = storeAt(proxy.port());
        proxy.stall();

        assertThatIllegalStateException().isThrownBy(() -> SseHub.builder()
                .store(store)
                .storeStart(StoreStart.FAIL, Duration.ofMillis(100))
                .build());
        proxy.resume();

        awaitNoThread("freshet-redis-tail");
        append(store, "it is of use to others");
    }
}

package dev.freshet.netty.redis;

import static dev.freshet.harness.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import dev.freshet.fixtures.CuttingProxy;
import io.netty.channel.DefaultEventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Appends that wait, where too much is in flight. */
class RedisWaitTest extends RedisFixture {
    /** Somebody who appends on a thread of its own. */
    private final class Publisher {
        final CompletableFuture<CompletableFuture<EventId>> appended = new CompletableFuture<>();
        final Thread thread;
        volatile boolean isInterrupted;

        Publisher(RedisEventStore store, String data) {
            thread = new Thread(() -> {
                appended.complete(appending(store, data));
                isInterrupted = Thread.currentThread().isInterrupted();
            });
            thread.start();
        }

        Publisher awaitWaiting() throws Exception {
            await("the publisher waits", () -> {
                assertThat(appended).as("waits").isNotDone();
                return thread.getState() == Thread.State.TIMED_WAITING;
            });
            return this;
        }

        CompletableFuture<EventId> result() throws Exception {
            CompletableFuture<EventId> result = get(appended);
            thread.join();
            return result;
        }
    }

    @SuppressWarnings("NullAway.Init")
    private CuttingProxy proxy;

    @BeforeEach
    void startProxy() throws Exception {
        proxy = keep(CuttingProxy.before(redis.port()));
    }

    private RedisEventStore waiting(int events, Duration patience) {
        return keep(RedisEventStore.builder("redis://127.0.0.1:" + proxy.port(), KEY)
                .maxInFlightEvents(events)
                .appendTimeout(patience)
                .inFlightPolicy(InFlightPolicy.WAIT)
                .build());
    }

    /** One that has in flight what may be, and gets no answer. */
    private RedisEventStore full() {
        RedisEventStore store = waiting(1, Duration.ofMinutes(1));
        proxy.stall();
        appending(store, "one");
        return store;
    }

    @Test
    void anAppendThatIsNotAnsweredFailsThoughAnAnswerMayTakeLonger() throws Exception {
        RedisEventStore store = keep(RedisEventStore.builder(redis.uri(), KEY)
                .timeout(Duration.ofSeconds(60))
                .appendTimeout(Duration.ofSeconds(5))
                .build());
        append(store, "kept");
        redis.call("CLIENT", "PAUSE", "60000", "WRITE");
        CompletableFuture<EventId> unanswered = appending(store, "unanswered");
        assertThat(unanswered)
                .failsWithin(Duration.ofSeconds(Told.PATIENCE_SECONDS))
                .withThrowableThat()
                .withCauseInstanceOf(RedisStoreException.class);
        redis.call("CLIENT", "UNPAUSE");
    }

    @Test
    void whoPublishesTooMuchWaitsForRoomInTheOrderOfComing() throws Exception {
        Told told = tail(store());
        RedisEventStore store = full();
        Publisher second = new Publisher(store, "two").awaitWaiting();
        Publisher third = new Publisher(store, "three").awaitWaiting();

        proxy.resume();

        get(second.result());
        get(third.result());
        assertThat(told.nextData(3)).containsExactly("one", "two", "three");
    }

    @Test
    void itWaitsNoLongerThanAnAppendIsTried() throws Exception {
        RedisEventStore store = waiting(1, Duration.ofMillis(200));
        proxy.stall();
        appending(store, "one");

        assertThatThrownBy(() -> get(new Publisher(store, "two").result()))
                .hasCauseInstanceOf(RedisStoreException.class)
                .hasMessageContaining("(expected: at most 1 events and ");
    }

    @Test
    void anInterruptEndsTheWaitAndStays() throws Exception {
        RedisEventStore store = full();
        Publisher second = new Publisher(store, "two").awaitWaiting();
        Publisher third = new Publisher(store, "three").awaitWaiting();

        second.thread.interrupt();
        third.thread.interrupt();

        for (Publisher each : List.of(second, third)) {
            assertThatThrownBy(() -> get(each.result())).hasMessageContaining("interrupted while it waited for room");
            assertThat(each.isInterrupted).isTrue();
        }
    }

    @Test
    void aStoreThatIsClosedHasNobodyWait() throws Exception {
        RedisEventStore store = full();
        Publisher second = new Publisher(store, "two").awaitWaiting();
        Publisher third = new Publisher(store, "three").awaitWaiting();

        store.close();

        assertThatThrownBy(() -> get(second.result())).hasMessageContaining("store: closed");
        assertThatThrownBy(() -> get(third.result())).hasMessageContaining("store: closed");
    }

    private void assertDoesNotWaitOn(Executor threads, RedisEventStore store) {
        CompletableFuture<CompletableFuture<EventId>> appended = new CompletableFuture<>();
        threads.execute(() -> appended.complete(appending(store, "two")));

        assertThatThrownBy(() -> get(get(appended))).hasMessageContaining("are in flight");
    }

    @Test
    void anEventLoopAndAThreadOfAPoolThatManyShareDoNotWait() throws Exception {
        RedisEventStore store = full();
        DefaultEventLoop loop = new DefaultEventLoop();
        keep(() -> loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync());
        ForkJoinPool pool = new ForkJoinPool(1);
        keep(pool::shutdown);

        assertDoesNotWaitOn(loop, store);
        assertDoesNotWaitOn(pool, store);
    }

    @Test
    void whatFollowsAnAppendDoesNotWaitForItsOwnThread() throws Exception {
        RedisEventStore store = waiting(2, Duration.ofMinutes(1));
        proxy.stall();
        CompletableFuture<EventId> first = appending(store, "one");

        CompletableFuture<List<CompletableFuture<EventId>>> burst = first.thenApply(id ->
                IntStream.range(0, 3).mapToObj(i -> appending(store, "more")).toList());

        proxy.resume();

        assertThatThrownBy(() -> get(CompletableFuture.allOf(get(burst).toArray(CompletableFuture[]::new))))
                .hasMessageContaining("are in flight");
    }

    @Test
    void manyThatWaitAllComeThrough() throws Exception {
        RedisEventStore store = waiting(3, Duration.ofMinutes(1));
        List<CompletableFuture<Void>> publishers = new ArrayList<>();
        Set<EventId> ids = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 16; i++) {
            CompletableFuture<Void> published = new CompletableFuture<>();
            publishers.add(published);
            Thread thread = new Thread(() -> {
                try {
                    List<CompletableFuture<EventId>> all = IntStream.range(0, 100)
                            .mapToObj(j -> appending(store, "x"))
                            .toList();
                    for (CompletableFuture<EventId> each : all) {
                        ids.add(get(each));
                    }
                    published.complete(null);
                } catch (Throwable e) {
                    published.completeExceptionally(e);
                }
            });
            thread.start();
        }

        for (CompletableFuture<Void> each : publishers) {
            get(each);
        }

        assertThat(ids).hasSize(1_600);
        assertThat(store.stats().waitingBytes()).isZero();
    }
}

package dev.freshet.hub;

import static dev.freshet.harness.Conditions.await;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.store.DelegatingStore;
import dev.freshet.store.EventStore;
import dev.freshet.store.MemoryStore;
import dev.freshet.store.StoredEntry;
import dev.freshet.store.StoredEntry.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The threads on which hubs do what no thread of the application does: never the JDK's common pool. */
@Timeout(60)
class HubThreadsTest {
    private static final Duration LEASE = Duration.ofSeconds(15);

    private static final class WatchedStore extends DelegatingStore {
        private final AtomicInteger tails = new AtomicInteger();
        private final CompletableFuture<Thread> second = new CompletableFuture<>();
        private final CompletableFuture<Thread> close = new CompletableFuture<>();
        private final CompletableFuture<EventId> append = new CompletableFuture<>();

        WatchedStore() {
            super(new MemoryStore());
        }

        @Override
        public CompletionStage<EventId> append(StoredEntry entry, String key) {
            return append;
        }

        @Override
        public CompletionStage<Tail> tail(Sink sink) {
            if (tails.getAndIncrement() == 0) {
                return CompletableFuture.failedFuture(new IOException("not there"));
            }
            second.complete(Thread.currentThread());
            return super.tail(sink).thenApply(tail -> () -> {
                close.complete(Thread.currentThread());
                tail.close();
            });
        }
    }

    private static void assertHubs(CompletableFuture<Thread> thread) throws Exception {
        assertThat(thread.get(20, SECONDS).getName()).startsWith("freshet-hub-");
        assertThat(thread.join().isDaemon()).isTrue();
    }

    @Test
    void aLoadIsTriedAgainAndATailClosedOnThreadsOfTheHubs() throws Exception {
        WatchedStore store = new WatchedStore();
        SseHub hub = SseHub.builder()
                .store(store)
                .storeStart(StoreStart.RETRY, Duration.ofSeconds(20))
                .build();
        await("the hub is loaded", hub::isLoaded);
        hub.publish("t", SseEvent.of("not answered"));
        hub.close();
        store.append.completeExceptionally(new IOException("full"));
        assertHubs(store.second);
        assertHubs(store.close);
    }

    @Test
    void storesThatBlockHoldUpNothingElse() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(8);
        try {
            for (int i = 0; i < 8; i++) {
                HubThreads.BLOCKING.execute(() -> {
                    blocked.countDown();
                    assertThat(awaited(over)).isTrue();
                });
            }
            assertThat(blocked.await(20, SECONDS)).isTrue();
            CompletableFuture<Thread> other = new CompletableFuture<>();
            HubThreads.NON_BLOCKING.execute(() -> other.complete(Thread.currentThread()));
            assertHubs(other);
        } finally {
            over.countDown();
        }
    }

    @Test
    void storesThatBlockMoreThanAllThreadsWaitForOne() throws Exception {
        int threads = 32;
        CountDownLatch over = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(threads - 8); // others of this process may block some
        CountDownLatch done = new CountDownLatch(threads + 8);
        Set<Thread> used = ConcurrentHashMap.newKeySet();
        try {
            for (int i = 0; i < threads + 8; i++) {
                HubThreads.BLOCKING.execute(() -> {
                    used.add(Thread.currentThread());
                    blocked.countDown();
                    assertThat(awaited(over)).isTrue();
                    done.countDown();
                });
            }
            assertThat(blocked.await(20, SECONDS)).isTrue();
        } finally {
            over.countDown();
        }
        assertThat(done.await(20, SECONDS)).isTrue();
        assertThat(used).hasSizeLessThanOrEqualTo(threads);
    }

    /** A store whose renewals block until a test is over. */
    private static final class BlockingStore extends DelegatingStore {
        private final CountDownLatch over;
        private final AtomicInteger blocked = new AtomicInteger();

        BlockingStore(EventStore store, CountDownLatch over) {
            super(store);
            this.over = over;
        }

        @Override
        public CompletionStage<EventId> append(StoredEntry entry, String key) {
            if (entry.kind() == Kind.RENEWAL) {
                blocked.incrementAndGet();
                assertThat(awaited(over)).isTrue();
            }
            return super.append(entry, key);
        }
    }

    private static SseHub leasing(EventStore store, AtomicLong nanos) {
        return SseHub.builder()
                .store(store)
                .ticker(nanos::get)
                .lease("*", LEASE, SseEvent.of("gone"))
                .build();
    }

    @Test
    void aStoreThatBlocksHoldsUpOneCheckOfItsOwnHubAndNoLeaseOfAnother() {
        CountDownLatch over = new CountDownLatch(1);
        MemoryStore shared = new MemoryStore();
        BlockingStore blocking = new BlockingStore(shared, over);
        AtomicLong nanos = new AtomicLong();
        SseHub here = leasing(shared, nanos);
        SseHub blocked = leasing(blocking, nanos);
        try {
            blocked.start("1").toCompletableFuture().join();
            nanos.addAndGet(LEASE.dividedBy(6).toNanos());
            blocked.start("2").toCompletableFuture().join();
            nanos.addAndGet(LEASE.dividedBy(6).toNanos());
            await("the renewal of the first topic blocks", () -> blocking.blocked.get() == 1);
            here.start("3").toCompletableFuture().join();
            for (int i = 1; i <= 2; i++) { // the second topic is due
                nanos.addAndGet(LEASE.dividedBy(3).toNanos());
                int renewals = i;
                await("another hub renews", () -> shared.count(Kind.RENEWAL, "") == renewals);
            }
            assertThat(blocking.blocked).hasValue(1);
            over.countDown();
            await("the second topic is renewed", () -> blocking.blocked.get() > 1);
        } finally {
            over.countDown();
            here.close();
            blocked.close();
        }
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            return latch.await(50, SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

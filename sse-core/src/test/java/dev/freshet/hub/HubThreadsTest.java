package dev.freshet.hub;

import static dev.freshet.fixtures.Conditions.await;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.store.DelegatingStore;
import dev.freshet.store.SharedStore;
import dev.freshet.store.StoredEntry;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The threads on which hubs do what no thread of the application does: never the JDK's common pool. */
@Timeout(60)
class HubThreadsTest {
    private static final class WatchedStore extends DelegatingStore {
        private final AtomicInteger tails = new AtomicInteger();
        private final CompletableFuture<Thread> second = new CompletableFuture<>();
        private final CompletableFuture<Thread> close = new CompletableFuture<>();
        private final CompletableFuture<EventId> append = new CompletableFuture<>();

        WatchedStore() {
            super(new SharedStore());
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

    private static boolean awaited(CountDownLatch latch) {
        try {
            return latch.await(50, SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

package dev.freshet.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The store that hubs are tested with, on threads of its own. */
class AsynchronousMemoryStoreTest extends MemoryStoreTest {
    @Override
    MemoryStore create() {
        return MemoryStore.asynchronous();
    }

    @Test
    void neitherThatCompletesNorThatDeliversIsTheThreadThatAppends() throws Exception {
        CompletableFuture<Thread> delivers = new CompletableFuture<>();
        Notes notes = new Notes() {
            @Override
            public void entry(EventId id, long time, StoredEntry entry) {
                delivers.complete(Thread.currentThread());
            }
        };
        store.holdAnswers();
        try (EventStore.Tail tail = tail(store, notes)) {
            CompletableFuture<Thread> completes =
                    store.append(event("a", "1"), "key").toCompletableFuture().thenApply(id -> Thread.currentThread());
            store.releaseAnswers();
            assertThat(completes.get(PATIENCE_SECONDS, TimeUnit.SECONDS).getName())
                    .isEqualTo("memory-store-append");
            assertThat(delivers.get(PATIENCE_SECONDS, TimeUnit.SECONDS).getName())
                    .isEqualTo("memory-store-tail");
        }
    }
}

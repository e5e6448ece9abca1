package dev.freshet.store;

import static dev.freshet.harness.Conditions.await;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A store in files gives its folder back, however it ends. */
class FileStoreClosingTest extends FileStoreFixture {
    /** An exception that cannot be read. */
    private static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public String toString() {
            throw new IllegalStateException("no text");
        }
    }

    private void assertThatItOpens() throws Exception {
        EventStoreContract.append(files.reopen(), EventStoreContract.event("a", "1"));
    }

    @Test
    void theFolderIsFreeWhereTheThreadOfTheStoreCannotBeStarted() throws Exception {
        FileEventStore.Builder builder = FileEventStore.builder(folder);
        builder.threads = task -> new Thread(task) {
            @Override
            public void start() {
                throw new OutOfMemoryError("unable to create native thread");
            }
        };
        assertThatThrownBy(builder::open).isInstanceOf(OutOfMemoryError.class);

        assertThatItOpens();
    }

    @Test
    void theFolderIsFreeWhereTheStoreEndsByWhatCannotBeRead() throws Exception {
        CompletableFuture<Void> failing = new CompletableFuture<>();
        FileEventStore store = files.open(FileEventStore.builder(folder).clock(() -> {
            if (failing.isDone()) {
                throw new Unreadable();
            }
            return Instant.EPOCH;
        }));
        failing.complete(null);
        CompletableFuture<EventId> refused =
                store.append(EventStoreContract.event("a", "1"), "key").toCompletableFuture();
        await("it is refused", refused::isCompletedExceptionally);
        await("it ends", () -> String.valueOf(store.stats().problem()).startsWith("store: no longer written"));

        assertThatThrownBy(() -> EventStoreContract.append(store, EventStoreContract.event("a", "2")))
                .hasRootCauseInstanceOf(IllegalStateException.class);
        assertThatItOpens();
    }
}

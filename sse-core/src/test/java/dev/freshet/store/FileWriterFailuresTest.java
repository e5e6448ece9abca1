package dev.freshet.store;

import static dev.freshet.harness.Conditions.await;
import static dev.freshet.store.EventStoreContract.append;
import static dev.freshet.store.EventStoreContract.event;
import static dev.freshet.store.EventStoreContract.tail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import dev.freshet.harness.LogReader;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a store in files does after a force that failed, and after what ends its thread. */
class FileWriterFailuresTest extends FileStoreFixture {
    private static final int FILE_BYTES = 4 << 10;

    @RegisterExtension
    final LogReader log = new LogReader();

    private final AtomicInteger forced = new AtomicInteger();
    private int failsAt = Integer.MAX_VALUE;

    /** A store with small files whose force fails once, counted from 1. */
    private FileEventStore.Builder builder() {
        FileEventStore.Builder builder = FileEventStore.builder(folder).maxBytes(16 * FILE_BYTES);
        builder.disk = file -> () -> {
            if (forced.incrementAndGet() == failsAt) {
                throw new IOException("as the test wants");
            }
            file.sync();
        };
        return builder;
    }

    private FileEventStore open(FileEventStore.Builder builder) {
        FileEventStore store = files.open(builder);
        forced.set(0);
        return store;
    }

    private static void assertThatNothingIsTaken(FileEventStore store) {
        String problem = "store: what was written cannot be forced to the disk: java.io.IOException: as the test wants";
        assertThatThrownBy(() -> append(store, event("a", "refused"))).hasRootCauseMessage("as the test wants");
        assertThatThrownBy(() -> tail(store, new Notes())).hasRootCauseMessage("as the test wants");
        assertThat(store.stats().problem()).contains(problem.substring("store: ".length()));
        assertThat(store.stats().waitingBytes()).isZero();
    }

    @Test
    void anEntryThatCouldNotBeForcedIsForgottenAndTheFolderIsInDoubt() throws Exception {
        FileEventStore store = open(builder());
        EventId first = append(store, event("a", "1"));
        assertThat(ShutdownMarker.read(folder).forced()).isTrue();
        failsAt = 2;
        assertThatThrownBy(() -> append(store, event("a", "2"))).hasRootCauseMessage("as the test wants");
        assertThat(ShutdownMarker.read(folder)).isEqualTo(ShutdownMarker.open(false, true));
        assertThatNothingIsTaken(store);
        files.close();
        assertThat(log.text()).contains("was not left in good form");

        assertThat(FolderFixture.kept(files.store(), 1).get(0).id()).isEqualTo(first);
        EventId last = append(files.store(), event("a", "3"));
        assertThat(FolderFixture.kept(files.store(), 2).get(1).id()).isEqualTo(last);
    }

    @Test
    void aFileThatIsFullIsForcedAndIfThatFailsTheFolderIsLeftInDoubt() throws Exception {
        FileEventStore store = open(builder());
        append(store, event("a", "x".repeat(FILE_BYTES)));
        failsAt = 2;
        assertThatNothingIsTaken(store);
        assertThat(forced).hasValue(2);
        assertThat(files.segments()).hasSize(1);
        files.close();

        assertThat(ShutdownMarker.read(folder)).isEqualTo(ShutdownMarker.open(false, true));
    }

    @Test
    void aHistoryIsForcedWhenItIsOpenedAndWhenItIsLeft() throws Exception {
        files.open(builder().fsync(Fsync.never()));
        assertThat(forced).hasValue(1);
        files.close();
        assertThat(forced).hasValue(2);
        assertThat(ShutdownMarker.read(folder).end()).isNotEmpty();
    }

    @Test
    void aHistoryThatCannotBeForcedWhenItIsLeftIsInDoubt() throws Exception {
        open(builder());
        failsAt = 1;
        files.close();
        assertThat(ShutdownMarker.read(folder)).isEqualTo(ShutdownMarker.open(false, true));
    }

    @Test
    void aFileThatIsFullIsForcedAlsoWhereNothingElseIs() throws Exception {
        FileEventStore store = open(builder().fsync(Fsync.never()));
        append(store, event("a", "x".repeat(FILE_BYTES)));
        assertThat(forced).hasValue(0);
        append(store, event("a", "2"));
        assertThat(forced).hasValue(1);
    }

    @Test
    void whatIsForcedNowAndThenIsForcedWithoutAnotherEntry() throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        FileEventStore store = open(builder().fsync(Fsync.every(Duration.ofMillis(1), task -> {
            task.run();
            done.complete(null);
        })));
        append(store, event("a", "1"));
        done.get(EventStoreContract.PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(forced).hasValue(1);
    }

    @Test
    void aForceThatFailsBetweenEntriesRefusesAllThatComes() throws Exception {
        FileEventStore store = open(builder().fsync(Fsync.every(Duration.ofMillis(1), Runnable::run)));
        failsAt = 1;
        append(store, event("a", "1"));
        await("it has failed", () -> store.stats().problem() != null);
        assertThatNothingIsTaken(store);
        await("the folder is in doubt", () -> ShutdownMarker.read(folder).doubt());
    }

    @Test
    void whatWaitsForAThreadThatHasEndedFails() throws Exception {
        HoldingSink holding = new HoldingSink();
        FileEventStore store = open(builder().clock(() -> {
            if (holding.hasHeld()) {
                throw new IllegalStateException("as the test wants");
            }
            return Instant.EPOCH;
        }));
        EventStore.Tail tail = tail(store, holding);
        CompletableFuture<EventId> first = store.append(event("a", "1"), "key").toCompletableFuture();
        holding.awaitHeld();
        CompletableFuture<EventStore.Tail> load = store.tail(new Notes()).toCompletableFuture();
        CompletableFuture<EventId> second = store.append(event("a", "2"), "key").toCompletableFuture();
        CompletableFuture<EventStore.Tail> another = store.tail(new Notes()).toCompletableFuture();
        holding.goOn();

        first.join();
        assertThatThrownBy(second::join).hasRootCauseMessage("store: closed");
        assertThatThrownBy(another::join).hasRootCauseMessage("store: closed");
        assertThatThrownBy(() -> append(store, event("a", "3"))).hasRootCauseMessage("store: closed");
        files.close();
        assertThat(load).isCompletedExceptionally();
        assertThat(((FileTail) tail).isClosed()).isTrue();
        assertThat(store.stats())
                .isEqualTo(new StoreStats(
                        0, 0, 0, 0, "store: no longer written: java.lang.IllegalStateException: as the test wants"));
        assertThat(log.text()).contains("is no longer written");
    }

    @Test
    void aCloseClosesItsTails() throws Exception {
        EventStore.Tail tail = tail(files.store(), new Notes());
        files.close();
        assertThat(((FileTail) tail).isClosed()).isTrue();
        assertThat(ShutdownMarker.read(folder).end()).isNotEmpty();
    }
}

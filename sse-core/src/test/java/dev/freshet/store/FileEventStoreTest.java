package dev.freshet.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileEventStoreTest extends EventStoreContract {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private FolderFixture files;

    @BeforeEach
    void begin() {
        files = new FolderFixture(folder);
    }

    @Override
    protected EventStore store() {
        return files.store();
    }

    @Override
    protected void trim() throws Exception {
        files.close();
        EventStore store = files.open(FileEventStore.builder(folder).maxBytes(64 << 10));
        EventId kept = append(store, event("others", "first"));
        while (FolderFixture.floor(store).compareTo(kept) < 0) {
            append(store, event("others", "x".repeat(2_000)));
        }
    }

    @AfterEach
    void close() {
        files.close();
    }

    @Test
    void whatWasKeptIsThereAfterARestartAndIdsGoOn() throws Exception {
        EventId first = append(store(), event("a", "1"));
        EventId floor = FolderFixture.floor(store());
        EventStore again = files.reopen();

        assertThat(FolderFixture.floor(again)).isEqualTo(floor);
        assertThat(FolderFixture.kept(again, 1).get(0).id()).isEqualTo(first);
        EventId second = append(again, event("a", "2"));
        assertThat(second).isGreaterThan(first);
        assertThat((int) second.sequence()).isEqualTo((int) first.sequence());
    }

    @Test
    void aClockThatGoesBackOverARestartTakesNoIdBack() throws Exception {
        EventId first = append(store(), event("a", "1"));
        files.close();
        EventStore again = files.open(FileEventStore.builder(folder).clock(() -> Instant.EPOCH));
        EventId second = append(again, event("a", "2"));
        assertThat(second).isGreaterThan(first);
        assertThat(FolderFixture.kept(again, 2)).extracting(Notes.Note::id).containsExactly(first, second);
    }

    @Test
    void aFolderIsOpenOnceAndARefusedOpeningDoesNotGiveUpTheLock() throws Exception {
        store();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> FileEventStore.open(folder))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is open already");
        }
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        OpenElsewhere.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said).contains("is open already");
    }

    /** Opens a folder in a process of its own. */
    static final class OpenElsewhere {
        public static void main(String[] folder) {
            try {
                FileEventStore.open(Path.of(folder[0])).close();
                System.out.println("opened");
            } catch (IllegalStateException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void codeBehindAnAppendThatInterruptsItsThreadEndsNothing() throws Exception {
        CompletableFuture<Void> known = new CompletableFuture<>();
        EventStore.Sink waiting = new EventStore.Sink() {
            @Override
            public void begins(EventId floor) {}

            @Override
            public void entry(EventId id, long time, StoredEntry entry) {
                known.join(); // else it would run on the thread that says what is to be done
            }

            @Override
            public void lost(EventId floor) {}
        };
        try (EventStore.Tail tail = tail(store(), waiting)) {
            CompletableFuture<Void> interrupted = store().append(event("a", "1"), "1")
                    .thenRun(() -> Thread.currentThread().interrupt())
                    .toCompletableFuture();
            known.complete(null);
            interrupted.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        append(store(), event("a", "2"));
    }

    @Test
    void anAgeForEverIsOne() throws Exception {
        append(files.open(FileEventStore.builder(folder).maxAge(ChronoUnit.FOREVER.getDuration())), event("a", "1"));
    }

    @Test
    void theOldestFilesGoWhereThereIsTooMuchAndTheFloorIsTold() throws Exception {
        FileEventStore store = files.open(FileEventStore.builder(folder).maxBytes(64 << 10));
        List<EventId> ids = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ids.add(append(store, event("a", "x".repeat(2000))));
        }
        Notes notes = new Notes();
        try (EventStore.Tail tail = tail(store, notes)) {
            EventId floor = notes.floors().get(0);
            int next = ids.indexOf(floor) + 1;
            assertThat(next).isBetween(60, 90);
            assertThat(notes.notes(100 - next)).extracting(Notes.Note::id).isEqualTo(ids.subList(next, 100));
        }
        assertThat(files.segments()).hasSizeLessThan(20);
    }

    @Test
    void whatIsTooOldGoes() throws Exception {
        long[] now = {1_000_000};
        FileEventStore store = files.open(FileEventStore.builder(folder)
                .maxBytes(64 << 10)
                .maxAge(Duration.ofMinutes(1))
                .clock(() -> Instant.ofEpochMilli(now[0])));
        for (int i = 0; i < 10; i++) {
            append(store, event("a", "x".repeat(2000)));
        }
        now[0] += 120_000;
        EventId last = append(store, event("a", "x".repeat(5000)));
        append(store, event("a", "next"));
        assertThat(FolderFixture.floor(store)).isGreaterThan(new EventId(1_000_000, 0));
        assertThat(last.millis()).isEqualTo(1_120_000);
    }

    @Test
    void whatWaitsIsBounded() throws Exception {
        FileEventStore store = files.open(FileEventStore.builder(folder).waitingBytes(64 << 10));
        HoldingSink slow = new HoldingSink();
        try (EventStore.Tail tail = tail(store, slow)) {
            store.append(event("a", "1"), "1");
            slow.awaitHeld();
            CompletableFuture<EventId> fits =
                    store.append(event("a", "x".repeat(60_000)), "2").toCompletableFuture();
            CompletableFuture<EventId> refused =
                    store.append(event("a", "x".repeat(60_000)), "3").toCompletableFuture();
            assertThatThrownBy(refused::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseInstanceOf(RejectedExecutionException.class);
            slow.goOn();
            fits.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Test
    void aStoreThatIsClosedTakesNothingMore() {
        EventStore store = store();
        files.close();
        assertClosed(store);
        assertThatThrownBy(() -> tail(store, new Notes())).hasRootCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatIsForcedNowAndThenIsThereAfterAClose() throws Exception {
        CompletableFuture<Void> forced = new CompletableFuture<>();
        FileEventStore store =
                files.open(FileEventStore.builder(folder).fsync(Fsync.every(Duration.ofMillis(1), task -> {
                    task.run();
                    forced.complete(null);
                })));
        EventId first = append(store, event("a", "1"));
        forced.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(FolderFixture.kept(files.reopen(), 1).get(0).id()).isEqualTo(first);
    }

    @Test
    void anExecutorThatCannotStartAThreadEndsNothing() throws Exception {
        CompletableFuture<Void> tried = new CompletableFuture<>();
        FileEventStore store =
                files.open(FileEventStore.builder(folder).fsync(Fsync.every(Duration.ofMillis(1), task -> {
                    tried.complete(null);
                    throw new OutOfMemoryError("unable to create native thread");
                })));
        append(store, event("a", "1"));
        tried.get(PATIENCE_SECONDS, TimeUnit.SECONDS);

        append(store, event("a", "2"));
    }
}

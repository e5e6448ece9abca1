package dev.freshet.store;

import static dev.freshet.harness.Conditions.await;
import static dev.freshet.store.EventStoreContract.tail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a store in files tells of itself. */
class FileStoreStatsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path parent;

    @SuppressWarnings("NullAway.Init")
    private FolderFixture files;

    @BeforeEach
    void begin() {
        files = new FolderFixture(parent.resolve("store"));
    }

    @AfterEach
    void close() {
        files.close();
    }

    private static CompletableFuture<EventId> append(FileEventStore store, int size) {
        byte[] body = "x".repeat(size).getBytes(StandardCharsets.UTF_8);
        return store.append(new StoredEntry(StoredEntry.Kind.EVENT, "a", body, null, null), "key")
                .toCompletableFuture();
    }

    private @Nullable String problem() {
        return files.store().stats().problem();
    }

    @Test
    void whatWaitsToBeWrittenIsToldInBytes() throws Exception {
        FileEventStore store = files.store();
        HoldingSink holding = new HoldingSink();
        try (EventStore.Tail tail = tail(store, holding)) {
            append(store, 1);
            holding.awaitHeld();
            CompletableFuture<EventId> second = append(store, 1_000);
            assertThat(store.stats().waitingBytes()).isGreaterThan(1_000);
            holding.goOn();
            second.join();
        }
        assertThat(store.stats()).isEqualTo(StoreStats.unknown());
    }

    @Test
    void entriesThatCannotBeWrittenAreAProblemUntilSomeCan() throws Exception {
        FileEventStore store = files.open(FileEventStore.builder(files.folder).maxBytes(64 << 10));
        append(store, 5_000).join();
        Path gone = parent.resolve("gone");
        Files.move(files.folder, gone); // the next file cannot be made
        CompletableFuture<EventId> refused = append(store, 1);
        assertThatThrownBy(refused::join).hasRootCauseInstanceOf(IOException.class);
        assertThat(problem()).startsWith("store: cannot be written: ");

        Files.move(gone, files.folder);
        append(store, 1).join();
        assertThat(problem()).isNull();
    }

    @Test
    void whatNobodyForcesToTheDiskIsAProblemUntilSomebodyDoes() throws Exception {
        CompletableFuture<Void> refused = new CompletableFuture<>();
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        FileEventStore store =
                files.open(FileEventStore.builder(files.folder).fsync(Fsync.every(Duration.ofMillis(1), task -> {
                    if (!goOn.isDone()) {
                        refused.complete(null);
                        throw new RejectedExecutionException("as the test wants");
                    }
                    task.run();
                })));
        append(store, 1).join();
        refused.join();
        await("it is told, behind the refusal", () -> problem() != null);
        assertThat(problem()).contains("not forced to the disk", "as the test wants");

        goOn.complete(null);
        await("it tries again", () -> problem() == null);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aForceThatFailedIsAProblemFromThenOn() throws Exception {
        Path path = parent.resolve("segment");
        SegmentFile.create(path, new EventId(1, 1)).close();
        SegmentFile segment = Objects.requireNonNull(SegmentFile.read(path));
        Files.delete(path);
        Files.createSymbolicLink(path, Path.of("/dev/null")); // which cannot be forced
        segment.openToWrite();
        DiskForcing disk = new DiskForcing(Fsync.each(), UnaryOperator.identity());
        assertThat(disk.problem()).isNull();

        assertThatThrownBy(() -> disk.written(segment)).isInstanceOf(IOException.class);
        assertThat(disk.problem()).startsWith("store: what was written cannot be forced to the disk");
        segment.close();
    }

    @Test
    void aStoreThatIsClosedSaysSo() throws Exception {
        FileEventStore store = files.store();
        try (EventStore.Tail tail = tail(store, new Notes())) {
            assertThat(store.stats().problem()).isNull();
        }
        files.close();
        assertThat(store.stats().problem()).isEqualTo("store: closed");
    }
}

package dev.freshet.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import dev.freshet.fixtures.LogReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class FileEventStoreTest extends EventStoreContract {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @RegisterExtension
    final LogReader log = new LogReader();

    private @Nullable FileEventStore opened;

    @Override
    protected EventStore store() {
        return opened == null ? open(FileEventStore.builder(folder)) : opened;
    }

    private FileEventStore open(FileEventStore.Builder builder) {
        opened = builder.open();
        return opened;
    }

    private FileEventStore reopen() {
        close();
        return open(FileEventStore.builder(folder));
    }

    @AfterEach
    void close() {
        if (opened != null) {
            opened.close();
        }
    }

    private static List<Notes.Note> kept(EventStore store, int count) throws Exception {
        Notes notes = new Notes();
        try (EventStore.Tail tail = tail(store, notes)) {
            return notes.notes(count);
        }
    }

    private static EventId floor(EventStore store) throws Exception {
        Notes notes = new Notes();
        try (EventStore.Tail tail = tail(store, notes)) {
            return notes.floors().get(0);
        }
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(path -> path.toString().endsWith(".segment"))
                    .sorted()
                    .toList();
        }
    }

    /** As a process leaves it that is killed. */
    private void kill(String boot) throws IOException {
        close();
        Files.writeString(folder.resolve("state"), "forced=false\nboot=" + boot + "\n");
        opened = null;
    }

    private static String thisBoot() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    }

    @Test
    void whatWasKeptIsThereAfterARestartAndIdsGoOn() throws Exception {
        EventId first = append(store(), event("a", "1"));
        EventId floor = floor(store());
        EventStore again = reopen();

        assertThat(floor(again)).isEqualTo(floor);
        assertThat(kept(again, 1).get(0).id()).isEqualTo(first);
        EventId second = append(again, event("a", "2"));
        assertThat(second).isGreaterThan(first);
        assertThat((int) second.sequence()).isEqualTo((int) first.sequence());
    }

    @Test
    void aClockThatGoesBackOverARestartTakesNoIdBack() throws Exception {
        EventId first = append(store(), event("a", "1"));
        close();
        EventStore again = open(FileEventStore.builder(folder).clock(() -> Instant.EPOCH));
        EventId second = append(again, event("a", "2"));
        assertThat(second).isGreaterThan(first);
        assertThat(kept(again, 2)).extracting(Notes.Note::id).containsExactly(first, second);
    }

    @Test
    void aKilledProcessLosesNothingAndNobodyIsReset() throws Exception {
        EventId first = append(store(), event("a", "1"));
        EventId floor = floor(store());
        kill(thisBoot());

        assertThat(floor(store())).isEqualTo(floor);
        assertThat(kept(store(), 1).get(0).id()).isEqualTo(first);
    }

    @Test
    void anEntryThatWasWrittenInPartIsCutOff() throws Exception {
        EventId first = append(store(), event("a", "1"));
        append(store(), event("a", "2"));
        for (int cut = 1; cut < 40; cut += 7) {
            kill(thisBoot());
            Path file = segments().get(0);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(channel.size() - cut);
            }
            assertThat(kept(store(), 1)).extracting(Notes.Note::id).containsExactly(first);
            append(store(), event("a", "2"));
        }
    }

    @Test
    void afterACrashOfTheMachineTheHistoryBeginsAnew() throws Exception {
        EventId first = append(store(), event("a", "1"));
        kill("another boot");

        EventId floor = floor(store());
        assertThat(floor).isGreaterThan(first);
        assertThat((int) floor.sequence()).isNotEqualTo((int) first.sequence());
        EventId next = append(store(), event("a", "2"));
        assertThat(next).isGreaterThan(floor);
        assertThat(kept(store(), 1).get(0).id()).isEqualTo(next);
        assertThat(log.text()).contains("every client is reset");
    }

    @Test
    void whereEachEntryWasForcedACrashLosesNothing() throws Exception {
        EventId first = append(store(), event("a", "1"));
        close();
        Files.writeString(folder.resolve("state"), "forced=true\nboot=another\n");
        opened = null;
        assertThat(kept(store(), 1).get(0).id()).isEqualTo(first);
    }

    @Test
    void aDamagedEntryIsNoSilentGap() throws Exception {
        append(store(), event("a", "1"));
        append(store(), event("a", "2"));
        EventId third = append(store(), event("a", "3"));
        close();
        Path file = segments().get(0);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        opened = null;

        assertThat(floor(store())).isGreaterThan(third);
        assertThat(log.text()).contains("may lack entries");
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
    void aFileOfAClosedStoreThatWasShortenedIsNoSilentGap() throws Exception {
        append(store(), event("a", "1"));
        EventId second = append(store(), event("a", "2"));
        close();
        Path file = segments().get(0);
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), (int) Files.size(file) - 3));
        opened = null;
        assertThat(floor(store())).isGreaterThan(second);
    }

    @Test
    void aDamagedHeaderIsNoSilentGap() throws Exception {
        EventId first = append(store(), event("a", "1"));
        for (int at : new int[] {0, 8, 20, 25}) {
            close();
            Path file = segments().get(0);
            byte[] bytes = Files.readAllBytes(file);
            bytes[at] ^= (byte) 0x80;
            Files.write(file, bytes);
            opened = null;
            EventId floor = floor(store());
            assertThat(floor).isGreaterThanOrEqualTo(new EventId(first.millis(), 0));
            assertThat((int) floor.sequence()).isNotEqualTo((int) first.sequence());
            first = append(store(), event("a", "1"));
        }
    }

    @Test
    void zerosBehindTheLastEntryAreNoDamageWhereEachWasForced() throws Exception {
        EventId first = append(store(), event("a", "1"));
        close();
        Files.writeString(folder.resolve("state"), "forced=true\nboot=another\n");
        Path file = segments().get(0);
        Files.write(file, new byte[5000], StandardOpenOption.APPEND);
        opened = null;
        assertThat(kept(store(), 1).get(0).id()).isEqualTo(first);
        append(store(), event("a", "2"));
        assertThat(kept(reopen(), 2).get(0).id()).isEqualTo(first);
    }

    @Test
    void codeBehindAnAppendThatInterruptsItsThreadEndsNothing() throws Exception {
        store().append(event("a", "1"), "1")
                .thenRun(() -> Thread.currentThread().interrupt())
                .toCompletableFuture()
                .join();
        append(store(), event("a", "2"));
    }

    @Test
    void anAgeForEverIsOne() throws Exception {
        append(open(FileEventStore.builder(folder).maxAge(ChronoUnit.FOREVER.getDuration())), event("a", "1"));
    }

    @Test
    void theOldestFilesGoWhereThereIsTooMuchAndTheFloorIsTold() throws Exception {
        FileEventStore store = open(FileEventStore.builder(folder).maxBytes(64 << 10));
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
        assertThat(segments()).hasSizeLessThan(20);
    }

    @Test
    void whatIsTooOldGoes() throws Exception {
        long[] now = {1_000_000};
        FileEventStore store = open(FileEventStore.builder(folder)
                .maxBytes(64 << 10)
                .maxAge(Duration.ofMinutes(1))
                .clock(() -> Instant.ofEpochMilli(now[0])));
        for (int i = 0; i < 10; i++) {
            append(store, event("a", "x".repeat(2000)));
        }
        now[0] += 120_000;
        EventId last = append(store, event("a", "x".repeat(5000)));
        append(store, event("a", "next"));
        assertThat(floor(store)).isGreaterThan(new EventId(1_000_000, 0));
        assertThat(last.millis()).isEqualTo(1_120_000);
    }

    @Test
    void whatWaitsIsBounded() throws Exception {
        FileEventStore store = open(FileEventStore.builder(folder).waitingBytes(64 << 10));
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        CompletableFuture<Void> held = new CompletableFuture<>();
        EventStore.Sink slow = new EventStore.Sink() {
            @Override
            public void begins(EventId floor) {}

            @Override
            public void entry(EventId id, long time, StoredEntry entry) {
                held.complete(null);
                goOn.join();
            }

            @Override
            public void lost(EventId floor) {}
        };
        try (EventStore.Tail tail = tail(store, slow)) {
            store.append(event("a", "1"), "1");
            held.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            CompletableFuture<EventId> fits =
                    store.append(event("a", "x".repeat(60_000)), "2").toCompletableFuture();
            CompletableFuture<EventId> refused =
                    store.append(event("a", "x".repeat(60_000)), "3").toCompletableFuture();
            assertThatThrownBy(refused::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseInstanceOf(RejectedExecutionException.class);
            goOn.complete(null);
            fits.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Test
    void aStoreThatIsClosedTakesNothingMore() {
        EventStore store = store();
        close();
        assertClosed(store);
        assertThatThrownBy(() -> tail(store, new Notes())).hasRootCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatIsForcedNowAndThenIsThereAfterAClose() throws Exception {
        CompletableFuture<Void> forced = new CompletableFuture<>();
        FileEventStore store = open(FileEventStore.builder(folder).fsync(Fsync.every(Duration.ofMillis(1), task -> {
            task.run();
            forced.complete(null);
        })));
        EventId first = append(store, event("a", "1"));
        forced.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(kept(reopen(), 1).get(0).id()).isEqualTo(first);
    }
}

package dev.freshet.store;

import static dev.freshet.store.EventStoreContract.tail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.harness.LogReader;
import dev.freshet.store.StoredEntry.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a store in files tells of topics whose last entries are in files that it has deleted. */
class CompactedTopicStatesTest {
    private static final int MAX_BYTES = 64 << 10;

    @RegisterExtension
    final LogReader log = new LogReader();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private long now = 1_000_000;

    @SuppressWarnings("NullAway.Init")
    private FolderFixture files;

    @BeforeEach
    void begin() {
        files = new FolderFixture(folder);
        open();
    }

    @AfterEach
    void close() {
        files.close();
    }

    private void open() {
        files.open(FileEventStore.builder(folder)
                .maxBytes(MAX_BYTES)
                .endAge(Duration.ofMinutes(1))
                .clock(() -> Instant.ofEpochMilli(now)));
    }

    private void reopen() {
        files.close();
        open();
    }

    private EventId append(Kind kind, String topic, @Nullable EventId start) {
        return append(new StoredEntry(kind, topic, new byte[0], null, start));
    }

    private EventId append(StoredEntry entry) {
        return files.store().append(entry, "key").toCompletableFuture().join();
    }

    /** As many entries of others as there is room for, so that all from before are gone. */
    private EventId fill() {
        EventId last = append(new StoredEntry(Kind.EVENT, "others", new byte[1], null, null));
        for (int i = 0; i < 2 * MAX_BYTES / 2_000; i++) {
            last = append(new StoredEntry(Kind.EVENT, "others", new byte[2_000], null, null));
        }
        return last;
    }

    private record End(String topic, @Nullable EventId start, EventId last, long time) {}

    /** What is told of ends, before the first entry. */
    private List<End> ends() throws Exception {
        List<End> ends = new ArrayList<>();
        List<EventId> entries = new ArrayList<>();
        EventStore.Sink sink = new EventStore.Sink() {
            @Nullable
            EventId floor;

            @Override
            public void begins(EventId at) {
                floor = at;
            }

            @Override
            public void ended(String topic, @Nullable EventId start, EventId last, long time) {
                assertThat(entries).isEmpty();
                assertThat(last).isLessThanOrEqualTo(floor);
                ends.add(new End(topic, start, last, time));
            }

            @Override
            public void entry(EventId id, long time, StoredEntry entry) {
                entries.add(id);
            }

            @Override
            public void lost(EventId at) {}
        };
        try (EventStore.Tail tail = tail(files.store(), sink)) {
            return ends;
        }
    }

    private List<Path> endsFiles() throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            return found.filter(path -> path.toString().contains(".ends")).toList();
        }
    }

    @Test
    void theEndOfATopicOutlivesTheFileThatItWasIn() throws Exception {
        EventId start = append(Kind.START, "a", null);
        EventId last = append(Kind.LAST, "a", start);
        EventId other = append(Kind.LAST, "b", null);
        assertThat(ends()).as("it is in the history").isEmpty();
        fill();
        reopen();
        assertThat(ends()).containsExactly(new End("a", start, last, 1_000_000), new End("b", null, other, 1_000_000));

        fill();
        append(Kind.LAST, "c", null);
        fill();
        reopen();
        assertThat(ends()).extracting(End::topic).containsExactly("a", "b", "c");
        assertThat(endsFiles()).hasSize(1);
    }

    @Test
    void whereNothingEndsNothingIsWritten() throws Exception {
        fill();
        assertThat(endsFiles()).isEmpty();
    }

    @Test
    void whatIsSaidOfLeasesIsNoEnd() throws Exception {
        append(Kind.RENEWAL, "", null);
        append(Kind.PROBE, "", null);
        fill();
        assertThat(endsFiles()).isEmpty();
    }

    @Test
    void anEndThatIsTooOldIsForgotten() throws Exception {
        append(Kind.LAST, "a", null);
        fill();
        now += 60_000;
        append(Kind.LAST, "b", null);
        fill();
        assertThat(ends()).extracting(End::topic).containsExactly("b");
    }

    @Test
    void aTopicThatWasRemovedHasNoEndAlsoWhereItsStartedOnesLastEventCameLate() throws Exception {
        EventId start = append(Kind.START, "a", null);
        append(Kind.LAST, "b", null);
        fill();
        append(Kind.REMOVAL, "a", null);
        append(Kind.LAST, "a", start);
        append(Kind.REMOVAL, "b", null);
        fill();
        reopen();
        assertThat(ends()).isEmpty();
    }

    @Test
    void theFirstEndCountsAndThatOfTheOneThatWasStarted() throws Exception {
        EventId removed = append(Kind.START, "a", null);
        append(Kind.REMOVAL, "a", null);
        EventId start = append(Kind.START, "a", null);
        append(Kind.START, "a", null);
        append(Kind.LAST, "a", removed);
        fill();
        EventId last = append(Kind.LAST, "a", start);
        append(Kind.LAST, "a", start);
        append(Kind.START, "a", null);
        fill();
        assertThat(ends()).containsExactly(new End("a", start, last, 1_000_000));
    }

    @Test
    void aFileThatWasAboutToBeDeletedIsNoHistoryAnyMore() throws Exception {
        append(Kind.LAST, "a", null);
        Path first = files.segments().get(0);
        for (int i = 0; i < 10; i++) {
            append(new StoredEntry(Kind.EVENT, "a", new byte[2_000], null, null)); // it is full
        }
        byte[] before = Files.readAllBytes(first);
        while (Files.exists(first)) {
            append(new StoredEntry(Kind.EVENT, "others", new byte[2_000], null, null));
        }
        EventId floor = FolderFixture.floor(files.store());
        files.close();
        Files.write(first, before);
        open();
        assertThat(files.segments()).doesNotContain(first);
        assertThat(FolderFixture.floor(files.store())).isEqualTo(floor);
        assertThat(ends()).extracting(End::topic).containsExactly("a");
    }

    @Test
    void endsThatCannotBeReadAreForgottenWithAWord() throws Exception {
        append(Kind.LAST, "a", null);
        fill();
        files.close();
        Path ends = endsFiles().get(0);
        byte[] damaged = Files.readAllBytes(ends);
        damaged[damaged.length - 1] ^= 1;
        Files.write(ends, damaged);
        Files.write(folder.resolve("x.ends.part"), damaged);
        open();
        assertThat(ends()).isEmpty();
        assertThat(endsFiles()).isEmpty();
        assertThat(log.text()).contains("is not whole; the ends of topics in deleted files are forgotten");
    }

    @Test
    void endsAreBoundedAndTheOldestGoFirst() throws Exception {
        for (int i = 0; i < 200; i++) {
            append(Kind.LAST, "topic " + i, null);
        }
        fill();
        assertThat(Files.size(endsFiles().get(0))).isLessThan(MAX_BYTES / 16 + 100);
        List<End> ends = ends();
        assertThat(ends).hasSizeBetween(40, 80);
        assertThat(ends.get(ends.size() - 1).topic()).isEqualTo("topic 199");
    }

    @Test
    void aHistoryThatBeginsAnewKnowsNoEnds() throws Exception {
        append(Kind.LAST, "a", null);
        fill();
        files.kill(false, "another boot");
        open();
        assertThat(ends()).isEmpty();
        assertThat(endsFiles()).isEmpty();
    }
}

package dev.freshet.store;

import static dev.freshet.store.SegmentFixture.encoded;
import static dev.freshet.store.SegmentFixture.event;
import static dev.freshet.store.SegmentFixture.kept;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.harness.LogReader;
import dev.freshet.store.EntryFormat.Kept;
import dev.freshet.store.StoredEntry.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The states of topics and their file, without a store. */
class CompactedTopicStatesFilesTest {
    private static final long KEEP_MILLIS = 100;
    private static final EventId NOTHING = new EventId(0, 0);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @RegisterExtension
    final LogReader log = new LogReader();

    private int segments;

    private CompactedTopicStates states(long mostBytes) {
        return new CompactedTopicStates(folder, KEEP_MILLIS, mostBytes);
    }

    private SegmentFile segment(Kept... entries) throws IOException {
        return segmentFrom(NOTHING, entries);
    }

    private SegmentFile segmentFrom(EventId floor, Kept... entries) throws IOException {
        segments++;
        return SegmentFixture.create(folder.resolve(segments + ".segment"), floor, entries);
    }

    private static List<Kept> all(CompactedTopicStates states) throws IOException {
        List<Kept> all = new ArrayList<>();
        states.read(all::add);
        return all;
    }

    /** The states once the segments are taken over, each when its last entry was written. */
    private List<Kept> after(SegmentFile... taken) throws IOException {
        CompactedTopicStates states = states(10_000);
        for (SegmentFile segment : taken) {
            states.takeOver(segment, segment.lastTime());
        }
        return all(states);
    }

    private static String name(long millis) {
        return "%019d-%019d.ends".formatted(millis, 0);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            return found.map(path -> path.getFileName().toString())
                    .filter(name -> name.contains(".ends"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void ofSeveralWholeFilesTheNewestThatIsNotBehindTheNewestSegmentCounts() throws Exception {
        for (long millis = 20; millis > 0; millis--) {
            SegmentFixture.create(folder.resolve(name(millis)), NOTHING, kept(Kind.LAST, "a", millis, null));
        }
        Files.writeString(folder.resolve("00.ends.part"), "");
        CompactedTopicStates states = states(10_000);
        states.recover(segmentFrom(new EventId(10, 0)));

        assertThat(names()).containsExactly(name(10));
        assertThat(all(states)).containsExactly(kept(Kind.LAST, "a", 10, null));
        assertThat(log.text()).contains(name(11), "is not whole").doesNotContain(name(9), ".part");
    }

    @Test
    void aSegmentUpToTheirPositionIsCovered() throws Exception {
        CompactedTopicStates states = states(10_000);
        SegmentFile segment = segment(kept(Kind.LAST, "a", 5, null), event(7, 0));
        assertThat(states.covers(segment)).isFalse();
        states.takeOver(segment, 7);

        assertThat(names()).containsExactly(name(7));
        assertThat(states.covers(segment)).isTrue();
        assertThat(states.covers(segment(event(6, 0)))).isTrue();
        assertThat(states.covers(segment(event(8, 0)))).isFalse();
    }

    @Test
    void aSegmentThatIsCoveredIsNotTakenOverAgain() throws Exception {
        CompactedTopicStates states = states(10_000);
        states.takeOver(segment(kept(Kind.LAST, "a", 7, null)), 7);
        states.takeOver(segment(kept(Kind.REMOVAL, "a", 6, null)), 7);

        assertThat(all(states)).containsExactly(kept(Kind.LAST, "a", 7, null));
    }

    @Test
    void aSegmentIsTakenOverAgainWhereItsFileWasNotNoted() throws Exception {
        SegmentFile segment = segment(kept(Kind.LAST, "a", 7, null));
        Files.writeString(folder.resolve(name(7) + ".part"), "from before");
        Files.writeString(folder.resolve(name(7)), "from before");
        CompactedTopicStates states = states(10_000);
        states.takeOver(segment, 7);

        assertThat(names()).containsExactly(name(7));
        assertThat(all(states)).containsExactly(kept(Kind.LAST, "a", 7, null));
    }

    @Test
    void anotherFileTakesThePlaceOfTheOneBefore() throws Exception {
        CompactedTopicStates states = states(10_000);
        states.takeOver(segment(kept(Kind.LAST, "a", 7, null)), 7);
        states.takeOver(segment(kept(Kind.LAST, "b", 9, null)), 9);

        assertThat(names()).containsExactly(name(9));
        assertThat(all(states)).containsExactly(kept(Kind.LAST, "a", 7, null), kept(Kind.LAST, "b", 9, null));
    }

    @Test
    void statesThatAreClearedAreGoneWithTheirFiles() throws Exception {
        CompactedTopicStates states = states(10_000);
        SegmentFile segment = segment(kept(Kind.LAST, "a", 7, null));
        states.takeOver(segment, 7);
        states.clear();

        assertThat(all(states)).isEmpty();
        assertThat(states.covers(segment)).isFalse();
        assertThat(names()).isEmpty();
    }

    @Test
    void anEndIsKeptForItsTimeAndAStartForEver() throws Exception {
        Kept end = kept(Kind.LAST, "a", 10, null);
        Kept start = kept(Kind.START, "b", 10, null);
        SegmentFile segment = segment(end, kept(Kind.START, "b", 11, null));
        CompactedTopicStates states = states(10_000);
        states.takeOver(segment, 10 + KEEP_MILLIS - 1);
        assertThat(all(states)).containsExactly(end, kept(Kind.START, "b", 11, null));

        states = states(10_000);
        states.takeOver(segment, 10 + KEEP_MILLIS);
        assertThat(all(states)).containsExactly(kept(Kind.START, "b", 11, null));
        assertThat(start.id()).isEqualTo(new EventId(10, 0));
    }

    @Test
    void theFirstEndCountsUntilItIsTooOld() throws Exception {
        Kept first = kept(Kind.LAST, "a", 10, null);
        Kept within = kept(Kind.LAST, "a", 10 + KEEP_MILLIS - 1, null);
        Kept after = kept(Kind.LAST, "a", 10 + KEEP_MILLIS, null);

        assertThat(after(segment(first, within))).containsExactly(first);
        assertThat(after(segment(first, after))).containsExactly(after);
    }

    @Test
    void aStartCountsHoweverOldItIs() throws Exception {
        Kept start = kept(Kind.START, "a", 10, null);
        Kept again = kept(Kind.START, "a", 10 + KEEP_MILLIS, null);

        assertThat(after(segment(start, again))).containsExactly(start);
    }

    @Test
    void anEndCarriesTheStartThatIsKnown() throws Exception {
        EventId start = new EventId(10, 0);

        assertThat(after(segment(kept(Kind.START, "a", 10, null), kept(Kind.LAST, "a", 11, null))))
                .containsExactly(kept(Kind.LAST, "a", 11, start));
        assertThat(after(segment(kept(Kind.LAST, "a", 11, start)))).containsExactly(kept(Kind.LAST, "a", 11, start));
    }

    @Test
    void anEndOfAnotherStartIsNone() throws Exception {
        Kept start = kept(Kind.START, "a", 10, null);

        assertThat(after(segment(start, kept(Kind.LAST, "a", 11, new EventId(9, 0)))))
                .containsExactly(start);
    }

    @Test
    void afterARemovalAStartCountsAndAnEndWithoutOne() throws Exception {
        Kept removal = kept(Kind.REMOVAL, "a", 10, null);
        Kept start = kept(Kind.START, "a", 11, null);
        Kept end = kept(Kind.LAST, "a", 11, null);

        assertThat(after(segment(removal))).containsExactly(removal);
        assertThat(after(segment(removal, start))).containsExactly(start);
        assertThat(after(segment(removal, end))).containsExactly(end);
        assertThat(after(segment(removal, kept(Kind.LAST, "a", 11, new EventId(9, 0)))))
                .containsExactly(removal);
    }

    @Test
    void whateverATopicWasARemovalCounts() throws Exception {
        Kept removal = kept(Kind.REMOVAL, "a", 11, null);

        assertThat(after(segment(kept(Kind.LAST, "a", 10, null), removal))).containsExactly(removal);
        assertThat(after(segment(kept(Kind.START, "a", 10, null), removal)))
                .containsExactly(kept(Kind.REMOVAL, "a", 11, new EventId(10, 0)));
    }

    @Test
    void aBodyAndAnIdOfItsOwnAreNotKept() throws Exception {
        StoredEntry last = new StoredEntry(Kind.LAST, "a", new byte[] {1}, "own", null);

        assertThat(after(segment(new Kept(new EventId(10, 0), 10, last))))
                .containsExactly(kept(Kind.LAST, "a", 10, null));
    }

    @Test
    void theTopicWhoseStateIsTheOldestIsDroppedFirstAndNoneWithinTheBound() throws Exception {
        Kept first = kept(Kind.START, "a", 10, null);
        Kept second = kept(Kind.START, "b", 11, null);
        Kept newer = kept(Kind.LAST, "a", 12, null);
        Kept ended = kept(Kind.LAST, "a", 12, first.id());
        int bytes = encoded(second).remaining() + encoded(ended).remaining();
        SegmentFile segment = segment(first, second, newer);

        CompactedTopicStates states = states(bytes);
        states.takeOver(segment, 12);
        assertThat(all(states)).containsExactly(second, ended);
        states = states(bytes - 1);
        states.takeOver(segment, 12);
        assertThat(all(states)).containsExactly(ended);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void noFileIsLeftOpen() throws Exception {
        CompactedTopicStates states = states(10_000);
        states.takeOver(segment(kept(Kind.LAST, "a", 7, null)), 7);
        all(states);
        assertThat(SegmentFixture.openFiles(folder)).isEmpty();
    }

    @Test
    void aFileThatIsDamagedDoesNotCount() throws Exception {
        SegmentFixture.create(folder.resolve(name(5)), NOTHING, kept(Kind.LAST, "a", 5, null));
        SegmentFixture.create(folder.resolve(name(6)), NOTHING, kept(Kind.LAST, "a", 6, null), event(6, 0));
        Files.writeString(folder.resolve(name(7)), "no header");
        CompactedTopicStates states = states(10_000);
        states.recover(segmentFrom(new EventId(10, 0)));
        assertThat(all(states)).containsExactly(kept(Kind.LAST, "a", 5, null));
    }

    @Test
    void aSegmentOfEventsAloneIsNotTakenOver() throws Exception {
        assertThat(after(segment(event(1, 5)))).isEmpty();
        assertThat(names()).isEmpty();
    }
}

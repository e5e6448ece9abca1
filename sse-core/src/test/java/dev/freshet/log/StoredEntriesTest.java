package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static dev.freshet.log.Readings.dataOn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import dev.freshet.event.ResumeOutcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The entries of a store as a node reads them, which it may begin to read in the middle of a topic. */
class StoredEntriesTest {
    private static final EventId BASE = id(10);

    private final TestClock clock = new TestClock();
    private final HubLog node = TestLogs.onStore(Retention.defaults(), clock, 1, Duration.ofHours(1));

    @BeforeEach
    void begin() {
        node.begin(BASE);
        node.loaded();
    }

    private static EventId id(int number) {
        return new EventId(TestClock.START, (long) number << 32 | 7);
    }

    private @Nullable EventId write(LogEntry.Kind kind, String topic, int number, @Nullable EventId start) {
        byte[] encoded = kind == LogEntry.Kind.EVENT || kind == LogEntry.Kind.LAST ? body("" + number) : new byte[0];
        return node.write(new LogEntry(kind, topic, encoded, null).of(start), id(number), clock.millis());
    }

    private @Nullable EventId write(LogEntry.Kind kind, String topic, int number) {
        return write(kind, topic, number, null);
    }

    private Cursor follow(String topic) {
        return node.open(List.of(topic), StartRequest.latest()).cursor();
    }

    private static AtomicInteger wakesOf(Cursor cursor) {
        AtomicInteger wakes = new AtomicInteger();
        cursor.logs().get(0).addWaker(wakes::incrementAndGet);
        return wakes;
    }

    private TopicState state() {
        return node.topic("a").state();
    }

    @Test
    void anEntryIsTakenOnce() {
        assertThat(write(LogEntry.Kind.EVENT, "a", 11)).isEqualTo(id(11));
        assertThat(write(LogEntry.Kind.EVENT, "a", 11)).isNull();
        assertThat(write(LogEntry.Kind.EVENT, "a", 10)).isNull();

        assertThat(TestLogs.stats(node).events()).isOne();
        assertThat(TestLogs.stats(node).published()).isOne();
    }

    @Test
    void entriesThatBelongToNoTopicMoveTheNewestPositionAndNothingElse() {
        Cursor cursor = follow("a");
        AtomicInteger wakes = wakesOf(cursor);
        assertThat(write(LogEntry.Kind.RENEWAL, "a", 11)).isEqualTo(id(11));
        assertThat(write(LogEntry.Kind.PROBE, "a", 12)).isEqualTo(id(12));

        assertThat(node.latest()).isEqualTo(id(12));
        assertThat(wakes).hasValue(0);
        assertThat(cursor.next(100, null)).isSameAs(Batch.CAUGHT_UP);
        assertThat(TestLogs.stats(node).published()).isZero();
    }

    @Test
    void theRemovalOfATopicThatIsNotThereIsTaken() {
        assertThat(write(LogEntry.Kind.REMOVAL, "a", 11)).isEqualTo(id(11));

        assertThat(node.latest()).isEqualTo(id(11));
        assertThat(TestLogs.stats(node).topics()).isZero();
    }

    @Test
    void aStartDropsWhatWasPublishedBeforeItAndWakesTheFollowers() {
        write(LogEntry.Kind.EVENT, "a", 11);
        Cursor cursor = follow("a");
        AtomicInteger wakes = wakesOf(cursor);
        write(LogEntry.Kind.START, "a", 12);

        assertThat(wakes).hasValue(1);
        assertThat(node.topic("a").start()).isEqualTo(id(12));
        assertThat(TestLogs.stats(node).events()).isZero();
        write(LogEntry.Kind.EVENT, "a", 13, id(12));
        assertThat(dataOn(cursor)).containsExactly("13");
    }

    @Test
    void anEventOfAnotherStartIsNotTakenAndTheOrderGoesOn() {
        write(LogEntry.Kind.START, "a", 11);
        Cursor cursor = follow("a");
        AtomicInteger wakes = wakesOf(cursor);
        assertThat(write(LogEntry.Kind.EVENT, "a", 12, id(9))).isNull();

        assertThat(node.latest()).isEqualTo(id(12));
        assertThat(wakes).hasValue(0);
        write(LogEntry.Kind.EVENT, "a", 13, id(11));
        assertThat(dataOn(cursor)).containsExactly("13");
    }

    @Test
    void anEventAfterAnEndIsNotTakenAndNobodyHasLaggedOut() {
        write(LogEntry.Kind.LAST, "a", 11);
        Cursor cursor = follow("a");
        assertThat(write(LogEntry.Kind.EVENT, "a", 12, id(9))).isNull();

        assertThat(cursor.next(100, null)).isSameAs(Batch.ENDED);
        assertThat(node.latest()).isEqualTo(id(12));
    }

    @Test
    void theFollowersHaveLaggedOutWhereOnlyOtherNodesKnowTheStartOfAnEvent() {
        Cursor cursor = follow("a");
        AtomicInteger wakes = wakesOf(cursor);
        assertThat(write(LogEntry.Kind.EVENT, "a", 12, id(11))).isNull();

        assertThat(wakes).hasValue(1);
        assertThat(cursor.isLaggedOut()).isTrue();
        assertThat(node.latest()).isEqualTo(id(12));
    }

    @Test
    void anEventThatIsNotTakenLeavesNoTopicBehind() {
        assertThat(write(LogEntry.Kind.EVENT, "a", 12, id(11))).isNull();

        assertThat(TestLogs.stats(node).topics()).isZero();
    }

    @Test
    void aTopicThatWasStartedBeforeTheHistoryIsOpen() {
        node.startedBefore("a", id(3));

        assertThat(state()).isEqualTo(TopicState.OPEN);
        assertThat(node.topic("a").start()).isEqualTo(id(3));
        assertThat(node.open(List.of("a"), StartRequest.latest().lastEventId(BASE.toString()))
                        .outcome())
                .isEqualTo(ResumeOutcome.RESUMED);
    }

    @Test
    void anEventTellsThatItsTopicWasStartedBeforeTheHistory() {
        assertThat(write(LogEntry.Kind.EVENT, "a", 11, id(10))).isEqualTo(id(11));

        assertThat(node.topic("a").start()).isEqualTo(id(10));
    }

    @Test
    void aStartOfBeforeDoesNotCountForATopicThatHasEndedSince() {
        write(LogEntry.Kind.LAST, "a", 11);
        node.startedBefore("a", id(3));

        assertThat(state()).isEqualTo(TopicState.ENDED);
        assertThat(node.topic("a").start()).isNull();
    }

    @Test
    void aStartOfBeforeDoesNotCountForATopicThatWasStartedSince() {
        write(LogEntry.Kind.START, "a", 11);
        node.startedBefore("a", id(3));

        assertThat(node.topic("a").start()).isEqualTo(id(11));
    }

    @Test
    void aStartOfBeforeDoesNotCountForATopicThatWasRemovedSince() {
        write(LogEntry.Kind.EVENT, "a", 11);
        write(LogEntry.Kind.REMOVAL, "a", 12);
        node.startedBefore("a", id(3));

        assertThat(state()).isEqualTo(TopicState.UNKNOWN);
        assertThat(TestLogs.stats(node).topics()).isZero();
    }

    @Test
    void aStartThatIsNotOfBeforeDoesNotCount() {
        node.startedBefore("a", id(11));

        assertThat(state()).isEqualTo(TopicState.UNKNOWN);
    }

    @Test
    void aTopicThatEndedBeforeTheHistoryHasEnded() {
        node.ended("a", id(3), id(5), clock.millis());

        assertThat(state()).isEqualTo(TopicState.ENDED);
        assertThat(node.topic("a").start()).isEqualTo(id(3));
        assertThat(node.endOf("a")).isEqualTo(id(5));
        assertThat(write(LogEntry.Kind.EVENT, "a", 11)).isNull();
    }

    @Test
    void anEndOfBeforeDoesNotCountForATopicThatHasEntriesSince() {
        write(LogEntry.Kind.EVENT, "a", 11);
        node.ended("a", null, id(5), clock.millis());
        clock.advance(Duration.ofHours(1)); // over the age of the event
        follow("other").close();

        assertThat(TestLogs.stats(node).events()).isZero();
        assertThat(state()).isEqualTo(TopicState.UNKNOWN);
        assertThat(node.endOf("a")).isNull();
    }

    @Test
    void aTopicIsStartedThoughEventsWerePublishedToItAndTheNamesTakeAllTheyMay() {
        HubLog small = TestLogs.onStore(
                Retention.builder().maxBytes(1024).hubBytes(1024).build(), clock, 1, Duration.ofHours(1));
        small.begin(BASE);
        for (int i = 0; i < 100; i++) {
            LogEntry start = LogEntry.of(LogEntry.Kind.START, "t" + i);

            assertThat(small.write(start, id(11 + i), clock.millis())).isNotNull();
        }
        assertThat(small.topic("t99").state()).isEqualTo(TopicState.OPEN);
        assertThat(small.open(List.of("t0"), StartRequest.latest()).outcome()).isEqualTo(ResumeOutcome.FRESH);
    }

    @Test
    void anEventThatIsLargerThanATopicMayRetainIsRefused() {
        HubLog small = TestLogs.onStore(Retention.builder().maxBytes(1024).build(), clock, 1, Duration.ofHours(1));
        LogEntry large = new LogEntry(LogEntry.Kind.EVENT, "a", new byte[961], null);

        assertThatThrownBy(() -> small.write(large, id(11), clock.millis()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("event: 961 bytes (expected: at most 960, from retention.maxBytes)");
        assertThat(small.latest()).isLessThan(id(11));
    }
}

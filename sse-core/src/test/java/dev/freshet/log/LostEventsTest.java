package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static dev.freshet.log.Readings.dataOn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.ResumeOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@link HubLog#lost}: an event of a store that cannot be kept. */
class LostEventsTest {
    private static final EventId BASE = new EventId(1, 7);

    private final TestClock clock = new TestClock();
    private final HubLog node = HubLog.onStore(new LogOptions(
            new Retentions(Retention.defaults(), Map.of("typing", Retention.none())),
            clock,
            clock::nanos,
            1, // floor, which all topics share
            Duration.ofHours(1)));

    @BeforeEach
    void begin() {
        node.begin(BASE);
        node.loaded();
    }

    private static EventId id(int number) {
        return new EventId(TestClock.START, (long) number << 32 | 7);
    }

    private void store(String topic, int number) {
        node.write(new LogEntry(LogEntry.Kind.EVENT, topic, body("" + number), null), id(number), clock.millis());
    }

    private Cursor follow(String... topics) {
        return node.open(List.of(topics), StartRequest.latest()).cursor();
    }

    private ResumeOutcome resume(EventId position, String topic) {
        return node.open(List.of(topic), StartRequest.latest().lastEventId(position.toString()))
                .outcome();
    }

    private static AtomicInteger wakesOf(Cursor cursor) {
        AtomicInteger wakes = new AtomicInteger();
        cursor.logs().get(0).addWaker(wakes::incrementAndGet);
        return wakes;
    }

    @Test
    void aFollowerOfTheTopicIsWokenAndHasLaggedOut() {
        Cursor cursor = follow("a");
        store("a", 1);
        assertThat(dataOn(cursor)).containsExactly("1");
        AtomicInteger wakes = wakesOf(cursor);
        node.lost("a", id(2));

        assertThat(wakes).hasValue(1);
        assertThat(cursor.next(1_000, null)).isSameAs(Batch.LAGGED_OUT);
        assertThat(cursor.skip().reason()).isEqualTo(Reset.Reason.LAGGED);
        store("a", 3);
        assertThat(dataOn(cursor)).containsExactly("3");
    }

    @Test
    void aFollowerOfAnotherTopicReadsOn() {
        Cursor cursor = follow("b");
        AtomicInteger wakes = wakesOf(cursor);
        node.lost("a", id(1));
        assertThat(wakes).hasValue(0);
        store("b", 2);

        assertThat(dataOn(cursor)).containsExactly("2");
    }

    @Test
    void noClientOfTheTopicResumesBeforeTheEventThatWasLost() {
        store("a", 1);
        node.lost("a", id(2));
        store("a", 3);

        assertThat(resume(id(1), "a")).isEqualTo(ResumeOutcome.RESET);
        assertThat(resume(id(2), "a")).isEqualTo(ResumeOutcome.RESUMED);
    }

    @Test
    void noClientOfATopicThatIsNotThereResumesBeforeTheEventThatWasLost() {
        store("b", 1);
        node.lost("a", id(2));

        assertThat(resume(id(1), "a")).isEqualTo(ResumeOutcome.RESET);
        assertThat(resume(id(1), "b")).isEqualTo(ResumeOutcome.RESUMED);
        assertThat(resume(id(2), "a")).isEqualTo(ResumeOutcome.RESUMED);
    }

    @Test
    void aTopicThatRetainsNothingLosesEventsWithoutNotice() {
        Cursor cursor = follow("typing");
        AtomicInteger wakes = wakesOf(cursor);
        node.lost("typing", id(1));
        assertThat(wakes).hasValue(0);
        assertThat(cursor.isLaggedOut()).isFalse();
        store("typing", 2);

        assertThat(dataOn(cursor)).containsExactly("2");
        assertThat(resume(BASE, "other")).isEqualTo(ResumeOutcome.RESUMED);
    }

    @Test
    void theNewestPositionIsThatOfTheEventThatWasLost() {
        node.lost("a", id(4));
        assertThat(node.latest()).isEqualTo(id(4));
        store("a", 3);

        assertThat(node.latest()).isEqualTo(id(4));
        assertThat(TestLogs.stats(node).events()).isZero();
    }

    @Test
    void aLossAtTheNewestPositionCounts() {
        Cursor cursor = follow("a");
        store("b", 1);
        node.lost("a", id(1));

        assertThat(cursor.isLaggedOut()).isTrue();
    }

    @Test
    void aLossBeforeTheNewestPositionChangesNothing() {
        store("a", 1);
        store("a", 2);
        node.lost("a", id(1));

        assertThat(node.latest()).isEqualTo(id(2));
        assertThat(resume(id(1), "a")).isEqualTo(ResumeOutcome.RESUMED);
    }

    @Test
    void aLossOfAClosedHubChangesNothing() {
        Cursor cursor = follow("a");
        store("a", 1);
        node.close();
        node.lost("a", id(2));

        assertThat(dataOn(cursor)).containsExactly("1");
        assertThat(cursor.next(1_000, null)).isSameAs(Batch.CLOSED);
        assertThat(node.latest()).isEqualTo(id(1));
    }

    @Test
    void aTopicThatLostItsEventsIsForgottenWithItsLastFollower() {
        Cursor cursor = follow("a");
        node.lost("a", id(1));
        cursor.close();
        node.begin(id(2));
        follow("a").close();

        assertThat(TestLogs.stats(node).topics()).isZero();
    }

    @Test
    void aHistoryThatBeginsAnewIsReadFromItsFloorOnByAll() {
        Cursor cursor = follow("a");
        AtomicInteger wakes = wakesOf(cursor);
        store("a", 1);
        node.begin(id(5));

        assertThat(wakes).hasValue(2);
        assertThat(cursor.isLaggedOut()).isTrue();
        assertThat(TestLogs.stats(node).events()).isZero();
        assertThat(node.latest()).isEqualTo(id(5));
        assertThat(resume(id(1), "a")).isEqualTo(ResumeOutcome.RESET);
        assertThat(resume(id(1), "not there")).isEqualTo(ResumeOutcome.RESET);
        assertThat(resume(id(5), "a")).isEqualTo(ResumeOutcome.RESUMED);
        assertThat(resume(id(5), "not there")).isEqualTo(ResumeOutcome.RESUMED);
    }
}

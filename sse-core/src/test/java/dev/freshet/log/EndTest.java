package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static dev.freshet.log.Readings.dataOn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.freshet.event.EventId;
import dev.freshet.event.ResumeOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class EndTest {
    private static final StartRequest LATEST = StartRequest.latest();
    private static final Duration AGE = Duration.ofSeconds(80);

    private final TestClock clock = new TestClock();
    private final HubLog hub =
            TestLogs.inMemory(Retention.builder().maxAge(AGE).build(), clock, LogOptions.FLOORS, Duration.ofHours(1));

    private EventId publish(String topic, String data) {
        return hub.append(topic, body(data), null);
    }

    private EventId write(LogEntry.Kind kind, String topic) {
        LogEntry entry =
                kind == LogEntry.Kind.LAST ? new LogEntry(kind, topic, body("last"), null) : LogEntry.of(kind, topic);
        return Objects.requireNonNull(hub.write(entry));
    }

    private EventId complete(String topic) {
        return write(LogEntry.Kind.LAST, topic);
    }

    private Cursor follow(String... topics) {
        return hub.open(List.of(topics), LATEST).cursor();
    }

    private TopicState state(String topic) {
        return state(hub, topic);
    }

    private static TopicState state(HubLog log, String topic) {
        return log.topic(topic).state();
    }

    private static Batch next(Cursor cursor) {
        return cursor.next(Integer.MAX_VALUE, null);
    }

    private static void assertEndsAfter(Cursor cursor, String... data) {
        assertThat(dataOn(cursor)).containsExactly(data);
        assertThat(next(cursor)).isSameAs(Batch.ENDED);
    }

    /** Has every topic looked at. */
    private void pass(Duration time) {
        clock.advance(time);
        for (int i = 0; i < 20; i++) {
            publish("busy", "tick");
        }
    }

    @Test
    void aReaderOfATopicThatHasEndedIsAtItsEndOnceItHasReadAll() {
        Cursor cursor = follow("a");
        assertThat(cursor.isAtEnd()).isFalse();
        complete("a");
        assertThat(cursor.isAtEnd()).isFalse();
        assertEndsAfter(cursor, "last");

        assertThat(cursor.isAtEnd()).isTrue();
        assertThat(follow("a").isAtEnd()).isTrue();
        assertThat(follow("a", "b").isAtEnd()).isFalse();
    }

    @Test
    void aTopicEndsBehindItsLastEventForThoseWhoReadItThenAndLater() {
        Cursor before = follow("a");
        publish("a", "1");
        complete("a");
        Cursor after = hub.open(List.of("a"), LATEST.fromEarliest()).cursor();

        assertEndsAfter(before, "1", "last");
        assertEndsAfter(after, "1", "last");
    }

    @Test
    void nothingComesAfterTheEndOfATopic() {
        complete("a");

        assertThatExceptionOfType(TopicEndedException.class)
                .isThrownBy(() -> publish("a", "late"))
                .withMessage("topic \"a\": ended (expected: open)");
        assertThatExceptionOfType(TopicEndedException.class).isThrownBy(() -> complete("a"));
        assertThat(dataOn(hub.open(List.of("a"), LATEST.fromEarliest()).cursor()))
                .containsExactly("last");
    }

    @Test
    void aReaderOfSeveralTopicsEndsWithTheLastOfThem() {
        Cursor cursor = follow("a", "b");
        complete("a");
        assertThat(dataOn(cursor)).containsExactly("last");
        assertThat(next(cursor)).isSameAs(Batch.CAUGHT_UP);
        publish("b", "1");
        complete("b");

        assertEndsAfter(cursor, "1", "last");
    }

    @Test
    void aTopicIsOpenFromItsFirstEventOrItsStartOnAndFollowingItOpensNothing() {
        follow("followed");
        publish("published", "1");
        write(LogEntry.Kind.START, "started");
        complete("ended");

        assertThat(state("followed")).isEqualTo(TopicState.UNKNOWN);
        assertThat(state("never heard of")).isEqualTo(TopicState.UNKNOWN);
        assertThat(state("published")).isEqualTo(TopicState.OPEN);
        assertThat(state("started")).isEqualTo(TopicState.OPEN);
        assertThat(state("ended")).isEqualTo(TopicState.ENDED);
    }

    @Test
    void aTopicThatWasStartedStaysOpenThoughNothingIsRetainedOfIt() {
        EventId start = write(LogEntry.Kind.START, "started");
        publish("published", "1");
        pass(AGE.multipliedBy(2));

        assertThat(state("started")).isEqualTo(TopicState.OPEN);
        assertThat(hub.topic("started").start()).isEqualTo(start);
        assertThat(state("published")).isEqualTo(TopicState.UNKNOWN);
    }

    @Test
    void anEndOutlivesItsEventsAndTellsThoseWhoMissedThem() {
        EventId start = write(LogEntry.Kind.START, "a");
        EventId last = complete("a");
        pass(AGE.multipliedBy(2));
        assertThat(state("a")).isEqualTo(TopicState.ENDED);
        assertThat(hub.topic("a").start()).isEqualTo(start);

        Start missed = hub.open(List.of("a"), LATEST.lastEventId(start.toString()));
        assertThat(missed.outcome()).isEqualTo(ResumeOutcome.RESET);
        assertEndsAfter(missed.cursor());
        Start seen = hub.open(List.of("a"), LATEST.lastEventId(last.toString()));
        assertThat(seen.outcome()).isEqualTo(ResumeOutcome.RESUMED);
        assertEndsAfter(seen.cursor());
        assertThatExceptionOfType(TopicEndedException.class).isThrownBy(() -> publish("a", "late"));
    }

    @Test
    void anEndIsForgottenAfterItsTime() {
        complete("a");
        pass(Duration.ofMinutes(61));
        pass(AGE.multipliedBy(2));

        assertThat(state("a")).isEqualTo(TopicState.UNKNOWN);
        publish("a", "anew");
        assertThat(state("a")).isEqualTo(TopicState.OPEN);
    }

    @Test
    void ofTooManyEndsTheOldestAreForgotten() {
        HubLog small = TestLogs.inMemory(
                Retention.builder()
                        .maxBytes(1024)
                        .hubBytes(64 << 10)
                        .maxAge(AGE)
                        .build(),
                clock,
                1,
                Duration.ofHours(1));
        for (int i = 0; i < 100; i++) {
            small.write(new LogEntry(LogEntry.Kind.LAST, "topic " + i, body("x"), null));
        }
        clock.advance(AGE.multipliedBy(2));
        for (int i = 0; i < 20; i++) {
            small.append("busy", body("tick"), null);
        }

        assertThat(state(small, "topic 0")).isEqualTo(TopicState.UNKNOWN);
        assertThat(state(small, "topic 99")).isEqualTo(TopicState.ENDED);
    }

    @Test
    void aRemovedTopicIsUnknownAndThoseWhoHadReadItAreAtTheirEnd() {
        EventId first = publish("a", "1");
        Cursor cursor = follow("a");
        Cursor behind = hub.open(List.of("a"), LATEST.fromEarliest()).cursor();
        write(LogEntry.Kind.REMOVAL, "a");

        assertEndsAfter(cursor);
        assertThat(next(behind)).isSameAs(Batch.LAGGED_OUT);
        assertThat(state("a")).isEqualTo(TopicState.UNKNOWN);
        assertThat(hub.open(List.of("a"), LATEST.lastEventId(first.toString())).outcome())
                .isEqualTo(ResumeOutcome.RESET);
        cursor.close();
        behind.close();
    }

    @Test
    void aTopicBeginsAnewWhereItWasRemovedAndNothingOfTheEarlierOneShows() {
        write(LogEntry.Kind.START, "a");
        EventId old = publish("a", "earlier");
        complete("a");
        write(LogEntry.Kind.REMOVAL, "a");
        EventId start = write(LogEntry.Kind.START, "a");
        publish("a", "1");

        assertThat(dataOn(hub.open(List.of("a"), LATEST.from(start)).cursor())).containsExactly("1");
        Start earliest = hub.open(List.of("a"), LATEST.lastEventId("earliest"));
        assertThat(dataOn(earliest.cursor())).containsExactly("1");
        assertThat(hub.open(List.of("a"), LATEST.lastEventId(old.toString())).outcome())
                .isEqualTo(ResumeOutcome.RESET);
    }

    @Test
    void aTopicThatIsOpenOrEndedDoesNotStart() {
        publish("open", "1");
        complete("ended");
        write(LogEntry.Kind.START, "started");

        for (String topic : List.of("open", "ended", "started")) {
            assertThatExceptionOfType(TopicStartedException.class)
                    .isThrownBy(() -> write(LogEntry.Kind.START, topic))
                    .withMessage("topic \"" + topic + "\": " + state(topic) + " (expected: UNKNOWN)");
        }
    }

    @Test
    void aTopicThatWasForgottenWithItsEndTakesNoOldIdForAPlace() {
        EventId old = complete("a");
        pass(Duration.ofMinutes(61));
        pass(AGE.multipliedBy(2));
        write(LogEntry.Kind.START, "a");
        publish("a", "1");

        assertThat(hub.open(List.of("a"), LATEST.lastEventId(old.toString())).outcome())
                .isEqualTo(ResumeOutcome.RESET);
    }

    @Test
    void whatAStoreBringsBehindAnEndIsDroppedAndTheOrderGoesOn() {
        HubLog tail = TestLogs.onStore(
                Retention.builder().maxAge(Duration.ofDays(99_999)).build(), clock, 1, Duration.ofHours(1));
        LogEntry event = new LogEntry(LogEntry.Kind.EVENT, "a", body("1"), null);
        tail.write(event, new EventId(clock.millis(), 1), clock.millis());
        tail.write(
                new LogEntry(LogEntry.Kind.LAST, "a", body("last"), null),
                new EventId(clock.millis(), 2),
                clock.millis());

        assertThat(tail.write(event, new EventId(clock.millis(), 3), clock.millis()))
                .isNull();
        assertThat(tail.write(LogEntry.of(LogEntry.Kind.START, "a"), new EventId(clock.millis(), 4), clock.millis()))
                .isNull();
        assertThat(tail.latest()).isEqualTo(new EventId(clock.millis(), 4));
        assertEndsAfter(tail.open(List.of("a"), LATEST.fromEarliest()).cursor(), "1", "last");
    }

    @Test
    void aTopicThatHasEndedStillCountsItsFollowers() {
        Cursor cursor = follow("a");
        complete("a");
        assertThat(hub.topic("a").followers()).isOne();
        cursor.close();

        assertThat(hub.topic("a").followers()).isZero();
    }

    @Test
    void aReaderOfSeveralTopicsIsAtItsEndOnceItHasReadAllOfThem() {
        Cursor cursor = follow("a", "b");
        complete("a");
        complete("b");
        assertThat(cursor.isAtEnd()).isFalse();
        assertEndsAfter(cursor, "last", "last");

        assertThat(cursor.isAtEnd()).isTrue();
    }
}

package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static dev.freshet.log.Readings.dataOn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A topic that is removed, or whose end is over, and begins anew. */
class RemovalTest {
    private static final Duration KEPT = Duration.ofHours(1);
    private static final Retention RETENTION =
            Retention.builder().maxAge(Duration.ofDays(1)).build();

    private final TestClock clock = new TestClock();
    private final HubLog hub = TestLogs.inMemory(RETENTION, clock, LogOptions.FLOORS, KEPT);
    private final HubLog tail = TestLogs.onStore(RETENTION, clock, LogOptions.FLOORS, KEPT);

    private static LogEntry event(String topic, String data) {
        return new LogEntry(LogEntry.Kind.EVENT, topic, body(data), null);
    }

    private static LogEntry last(String topic) {
        return new LogEntry(LogEntry.Kind.LAST, topic, body("last"), null);
    }

    private static Batch next(Cursor cursor) {
        return cursor.next(Integer.MAX_VALUE, null);
    }

    @Test
    void whoFollowsSeveralTopicsEndsWhereOneOfThemIsRemoved() {
        Cursor cursor = hub.open(List.of("a", "b"), StartRequest.latest()).cursor();
        hub.append("b", body("1"), null);
        hub.write(LogEntry.of(LogEntry.Kind.REMOVAL, "a"));
        hub.append("a", body("lost to the old reader"), null);
        EventId behind = hub.append("b", body("2"), null);

        assertThat(dataOn(cursor)).containsExactly("1");
        assertThat(next(cursor)).isSameAs(Batch.ENDED);
        assertThat(cursor.haveLogsEnded()).isTrue();
        assertThat(cursor.position()).isLessThan(behind);
        Cursor back = hub.open(
                        List.of("a", "b"),
                        StartRequest.latest().lastEventId(cursor.position().toString()))
                .cursor();
        assertThat(dataOn(back)).as("told a reset, for history went").contains("lost to the old reader", "2");
    }

    @Test
    void itsReaderThatIsAtItsEndAlreadyHearsOfTheRemoval() {
        Cursor cursor = hub.open(List.of("a", "b"), StartRequest.latest()).cursor();
        assertThat(next(cursor)).isSameAs(Batch.CAUGHT_UP);
        hub.write(LogEntry.of(LogEntry.Kind.REMOVAL, "b"));
        assertThat(next(cursor)).isSameAs(Batch.ENDED);
    }

    @Test
    void anEndIsOverOnAQuietHubToo() {
        hub.write(last("a"));
        clock.advance(KEPT);
        assertThat(hub.topic("a").state()).isEqualTo(TopicState.UNKNOWN);
        assertThat(hub.open(List.of("a"), StartRequest.latest()).cursor().isAtEnd())
                .isFalse();
        assertThat(hub.write(event("a", "new"))).isNotNull();
    }

    @Test
    void anEndOfAStoreIsOverByItsOwnTime() {
        long then = clock.millis();
        tail.write(last("a"), new EventId(then, 1), then);
        assertThat(tail.write(event("a", "1"), new EventId(then + KEPT.toMillis() - 1, 1), then + KEPT.toMillis() - 1))
                .isNull();
        assertThat(tail.write(event("a", "2"), new EventId(then + KEPT.toMillis(), 1), then + KEPT.toMillis()))
                .isNotNull();
        assertThat(tail.topic("a").state()).isEqualTo(TopicState.OPEN);
    }

    @Test
    void aStartOfAStoreCountsWhetherOrNotTheTopicIsKnownHere() {
        HubLog other = TestLogs.onStore(RETENTION, clock, LogOptions.FLOORS, KEPT);
        EventId start = new EventId(clock.millis(), 2);
        tail.write(event("a", "earlier"), new EventId(clock.millis(), 1), clock.millis());
        for (HubLog node : List.of(tail, other)) {
            assertThat(node.write(LogEntry.of(LogEntry.Kind.START, "a"), start, start.millis()))
                    .isEqualTo(start);
            assertThat(node.topic("a").start()).isEqualTo(start);
            assertThat(node.write(event("a", "1"), new EventId(clock.millis(), 3), clock.millis()))
                    .isNotNull();
            assertThat(dataOn(node.open(List.of("a"), StartRequest.latest().fromEarliest())
                            .cursor()))
                    .containsExactly("1");
            assertThat(node.write(
                            LogEntry.of(LogEntry.Kind.START, "a"), new EventId(clock.millis(), 4), clock.millis()))
                    .as("a second one")
                    .isNull();
        }
    }

    @Test
    void theEventsOfATopicWhoseEndIsOverAreNotRetained() {
        hub.append("a", body("1"), null);
        hub.write(last("a"));
        clock.advance(KEPT);
        Cursor anew = hub.open(List.of("a"), StartRequest.latest()).cursor();

        assertThat(TestLogs.stats(hub).events()).isZero();
        assertThat(TestLogs.stats(hub).bytes()).isZero();
        anew.close();
    }

    @Test
    void aFollowerIsWokenByTheRemoval() {
        Cursor cursor = hub.open(List.of("a"), StartRequest.latest()).cursor();
        AtomicInteger wakes = new AtomicInteger();
        cursor.logs().get(0).addWaker(wakes::incrementAndGet);
        hub.write(LogEntry.of(LogEntry.Kind.REMOVAL, "a"));

        assertThat(wakes).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a,b,c", "b,a,c", "c,b,a"})
    void whoFollowsSeveralTopicsEndsWhereTheFirstOfThemIsRemoved(String topics) {
        Cursor cursor =
                hub.open(List.of(topics.split(",")), StartRequest.latest()).cursor();
        hub.append("c", body("1"), null);
        hub.write(LogEntry.of(LogEntry.Kind.REMOVAL, "b"));
        hub.append("c", body("2"), null);
        hub.write(LogEntry.of(LogEntry.Kind.REMOVAL, "a"));
        hub.append("c", body("3"), null);

        assertThat(dataOn(cursor)).containsExactly("1");
        assertThat(next(cursor)).isSameAs(Batch.ENDED);
    }

    @Test
    void aReaderWithAnEndOfItsOwnEndsWhereTheRemovalIsIfThatIsBefore() {
        Cursor before = hub.open(List.of("a", "b"), StartRequest.latest()).cursor();
        Cursor after = hub.open(List.of("a", "b"), StartRequest.latest()).cursor();
        EndPosition early = new EndPosition();
        EndPosition late = new EndPosition();
        before.endAt(early);
        after.endAt(late);
        hub.append("b", body("1"), null);
        hub.fix(early);
        hub.append("b", body("2"), null);
        hub.write(LogEntry.of(LogEntry.Kind.REMOVAL, "a"));
        hub.append("b", body("3"), null);
        hub.fix(late);

        assertThat(dataOn(before)).containsExactly("1");
        assertThat(dataOn(after)).containsExactly("1", "2");
        assertThat(next(before)).isSameAs(Batch.ENDED);
        assertThat(next(after)).isSameAs(Batch.ENDED);
    }

    @Test
    void aReaderWhoseEndIsHeldAtTheRemovalIsCaughtUpUntilItsEndIsFixed() {
        Cursor cursor = hub.open(List.of("a", "b"), StartRequest.latest()).cursor();
        EndPosition end = new EndPosition();
        cursor.endAt(end);
        hub.write(LogEntry.of(LogEntry.Kind.REMOVAL, "a"));
        hub.hold(end);
        hub.append("b", body("not read"), null);
        assertThat(next(cursor)).isSameAs(Batch.CAUGHT_UP);
        hub.fix(end);

        assertThat(next(cursor)).isSameAs(Batch.ENDED);
    }
}

package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static dev.freshet.log.Readings.dataOn;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.ResumeOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IncarnationTest {
    private static final long COUNT = 1L << 32;
    private static final long LAST_COUNT = Integer.MAX_VALUE;

    private final TestClock clock = new TestClock();
    private final HubLog one = hub();

    private HubLog hub() {
        return TestLogs.inMemory(Retention.defaults(), clock, LogOptions.FLOORS, LogOptions.END_RETENTION);
    }

    private static List<EventId> publish(HubLog hub, int events) {
        List<EventId> ids = new ArrayList<>();
        for (int i = 0; i < events; i++) {
            ids.add(hub.append("a", body("event " + i), null));
        }
        return ids;
    }

    private static Start resume(HubLog hub, EventId position) {
        return hub.open(List.of("a"), StartRequest.latest().lastEventId(position.toString()));
    }

    private static void assertUnknown(Start start) {
        assertThat(start.outcome()).isEqualTo(ResumeOutcome.RESET);
        assertThat(requireNonNull(start.reset()).reason()).isEqualTo(Reset.Reason.UNKNOWN);
    }

    @Test
    void aPositionOfAHubThatIsUpAtTheSameTimeIsUnknown() {
        HubLog other = hub();
        clock.advance(Duration.ofMillis(1));
        List<EventId> ids = publish(one, 5);
        clock.advance(Duration.ofMillis(1));
        publish(other, 3);
        Start start = resume(other, ids.get(2));

        assertUnknown(start);
        assertThat(dataOn(start.cursor())).containsExactly("event 0", "event 1", "event 2");
    }

    @Test
    void aPositionFromBeforeARestartWithTheClockSetBackIsUnknown() {
        List<EventId> ids = publish(one, 5);
        clock.set(TestClock.START - 1000);
        HubLog restarted = hub();
        publish(restarted, 1);
        clock.set(TestClock.START + 1000);
        publish(restarted, 1);

        assertUnknown(resume(restarted, ids.get(2)));
    }

    @Test
    void aPositionThatIsNewerThanARestartedHubIsUnknownAndNotAhead() {
        clock.set(TestClock.START + 1000);
        EventId position = publish(one, 1).get(0);
        clock.set(TestClock.START);
        HubLog restarted = hub();
        publish(restarted, 1);

        assertUnknown(resume(restarted, position));
    }

    @Test
    void aPositionOfAnotherIncarnationInTheSameMillisecondIsUnknown() {
        List<EventId> ids = publish(one, 3);
        HubLog other = hub();
        publish(other, 3);

        ids.forEach(id -> assertUnknown(resume(other, id)));
    }

    @Test
    void theOwnPositionsAreResumedAtBeforeAndAfterAnEvent() {
        assertThat(resume(one, one.latest()).outcome()).isEqualTo(ResumeOutcome.RESUMED);
        publish(one, 3).forEach(id -> assertThat(resume(one, id).outcome()).isEqualTo(ResumeOutcome.RESUMED));
    }

    @Test
    void noTwoHubsShareAnId() {
        Set<EventId> ids = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            HubLog hub = hub();
            assertThat(ids.add(hub.latest())).isTrue();
            assertThat(ids).doesNotContainAnyElementsOf(publish(hub, 10));
        }
    }

    @Test
    void aCountThatWouldOverflowTakesTheNextMillisecond() {
        EventId last = new EventId(6, LAST_COUNT * COUNT + 7);

        assertThat(new EventId(6, (LAST_COUNT - 1) * COUNT + 7).next(6)).isEqualTo(last);
        assertThat(last.next(6)).isEqualTo(new EventId(7, 7));
        assertThat(new EventId(7, 7).next(6)).isEqualTo(new EventId(7, COUNT + 7));
    }

    @Test
    void theHighestIncarnationCountsLikeAnyOther() {
        IdSequence ids = IdSequence.startingAt(new EventId(5, COUNT - 1));

        assertThat(ids.base().next(5)).isEqualTo(new EventId(5, 2 * COUNT - 1));
        assertThat(ids.isOwn(new EventId(9, 2 * COUNT - 1))).isTrue();
        assertThat(ids.isOwn(new EventId(9, 2 * COUNT - 2))).isFalse();
    }

    @Test
    void aPositionOfAnyIncarnationBoundsAsTheOwnOneThatStandsForIt() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            IdSequence ids = IdSequence.startingAt(new EventId(0, random.nextInt(4)));
            EventId bound = new EventId(random.nextInt(3), random.nextInt(3) * COUNT + random.nextInt(4));
            EventId own = ids.atOrBefore(bound);
            for (long millis = 0; millis < 4; millis++) {
                for (long count = 0; count < 4; count++) {
                    EventId event =
                            new EventId(millis, count * COUNT + ids.base().sequence());
                    boolean isFirst = millis == 0 && count == 0; // where the hub begins, before every event
                    assertThat(isFirst || event.compareTo(bound) > 0 == event.compareTo(own) > 0)
                            .as("%s after %s and %s", event, bound, own)
                            .isTrue();
                }
            }
        }
    }

    @Test
    void theIdsOfAStoreAreTakenAsTheyAre() {
        HubLog hub = TestLogs.onStore(
                Retention.builder().maxAge(Duration.ofDays(1)).build(), clock, 1, LogOptions.END_RETENTION);
        hub.begin(new EventId(0, 1));
        EventId first = new EventId(TestClock.START, 1);
        hub.write(new LogEntry(LogEntry.Kind.EVENT, "a", body("1"), null), first, first.millis());
        hub.write(
                new LogEntry(LogEntry.Kind.EVENT, "a", body("2"), null),
                new EventId(TestClock.START, 1L << 32 | 1),
                TestClock.START);
        Start start = resume(hub, first);

        assertThat(start.outcome()).isEqualTo(ResumeOutcome.RESUMED);
        assertThat(dataOn(start.cursor())).containsExactly("2");
    }
}

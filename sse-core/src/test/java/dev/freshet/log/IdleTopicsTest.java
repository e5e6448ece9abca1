package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static dev.freshet.log.Readings.dataOn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.ResumeOutcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IdleTopicsTest {
    private static final Duration AGE = Duration.ofSeconds(80);

    private final TestClock clock = new TestClock();
    private final HubLog hub =
            new HubLog(Retention.builder().maxAge(AGE).build(), clock, new EventId(TestClock.START, 0));

    /** Enough events to have every topic looked at. */
    private void sweepAll() {
        clock.advance(AGE.multipliedBy(2));
        for (int i = 0; i < 20; i++) {
            hub.append("busy", body("tick"), null);
        }
    }

    @Test
    void topicsThatNobodyFollowsAndThatRetainNothingAreForgotten() {
        for (int i = 0; i < 1000; i++) {
            hub.append("topic " + i, body("x"), null);
        }
        sweepAll();

        assertThat(TestLogs.stats(hub).topics()).isEqualTo(1);
    }

    private static List<String> names(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }

    @Test
    void namesThatClientsMadeUpAreForgottenWithTheirLastFollower() {
        Cursor first = hub.open(names("made up ", 700), StartRequest.latest()).cursor();
        Cursor last = hub.open(names("made up ", 700), StartRequest.latest()).cursor();
        first.close();
        assertThat(TestLogs.stats(hub).topics()).isEqualTo(700);
        last.close();

        assertThat(TestLogs.stats(hub).topics()).isZero();
    }

    @Test
    void aResetThatStartsAtTheLatestEventFollowsOnce() {
        hub.append("other", body("1"), null);
        StartRequest request = StartRequest.latest().lastEventId("no id").resetToLatest();
        Cursor cursor = hub.open(List.of("made up"), request).cursor();
        assertThat(TestLogs.stats(hub).topics()).isEqualTo(2);
        cursor.close();

        assertThat(TestLogs.stats(hub).topics()).isEqualTo(1);
    }

    @Test
    void aTopicThatRetainsAnEventIsKeptWhenItsLastFollowerLeaves() {
        Start start = hub.open(List.of("quiet"), StartRequest.latest());
        hub.append("quiet", body("missed"), null);
        start.cursor().close();
        Start again = hub.open(
                List.of("quiet"),
                StartRequest.latest().lastEventId(start.position().toString()));

        assertThat(again.outcome()).isEqualTo(ResumeOutcome.RESUMED);
        assertThat(dataOn(again.cursor())).containsExactly("missed");
    }

    @Test
    void aClientThatComesBackToATopicThatWasForgottenIsResumed() {
        Start start = hub.open(List.of("quiet"), StartRequest.latest());
        start.cursor().close();
        hub.append("quiet", body("missed"), null);
        Start again = hub.open(
                List.of("quiet"),
                StartRequest.latest().lastEventId(start.position().toString()));

        assertThat(again.outcome()).isEqualTo(ResumeOutcome.RESUMED);
        assertThat(dataOn(again.cursor())).containsExactly("missed");
    }

    @Test
    void aClientThatComesBackAtOnceIsResumedThoughOtherTopicsWereForgottenSinceItCame() {
        Start start = hub.open(List.of("quiet"), StartRequest.latest());
        hub.append("other", body("1"), null);
        sweepAll();
        start.cursor().close();

        assertThat(hub.open(
                                List.of("quiet"),
                                StartRequest.latest()
                                        .lastEventId(start.position().toString()))
                        .outcome())
                .isEqualTo(ResumeOutcome.RESUMED);
    }

    @Test
    void aTopicWhoseLastFollowerLeavesTellsNoClientOfAnotherTopicThatItMissedSomething() {
        EventId before = hub.append("other", body("1"), null);
        Cursor cursor = hub.open(List.of("quiet"), StartRequest.latest()).cursor();
        hub.append("quiet", body("2"), null);
        clock.advance(AGE.multipliedBy(2));
        hub.open(List.of("quiet"), StartRequest.latest()).cursor().close(); // expires the event
        cursor.close();

        assertThat(hub.open(List.of("third"), StartRequest.latest().lastEventId(before.toString()))
                        .outcome())
                .isEqualTo(ResumeOutcome.RESUMED);
    }

    @Test
    void topicsThatRetainNothingAnyMoreStayFewThoughNoTimePasses() {
        HubLog small = new HubLog(
                Retention.builder().maxBytes(1 << 10).hubBytes(2 << 20).build(), clock, new EventId(0, 0));
        int most = 0;
        for (int i = 0; i < 200; i++) {
            List<String> names = names("made up " + i + " ", 500);
            Cursor cursor = small.open(names, StartRequest.latest()).cursor();
            names.forEach(name -> small.append(name, body("x"), null));
            cursor.close();
            most = Math.max(most, TestLogs.stats(small).topics());
        }

        assertThat(most).isLessThan(5_000);
    }

    @Test
    void topicsThatWaitForTheSweepStayFewThoughARequestMakesMany() {
        HubLog small = new HubLog(
                Retention.builder().maxBytes(1 << 10).hubBytes(12 << 20).build(), clock, new EventId(0, 0));
        Deque<Cursor> open = new ArrayDeque<>();
        int most = 0;
        for (int i = 0; i < 500; i++) {
            open.add(small.open(names("made up " + i + " ", 700), StartRequest.latest())
                    .cursor());
            small.append("published to " + i, body("x"), null);
            if (open.size() > 5) {
                open.remove().close();
            }
            most = Math.max(most, TestLogs.stats(small).topics());
        }

        assertThat(most).isLessThan(20_000);
    }

    @Test
    void aFollowedTopicIsNotForgotten() {
        Cursor cursor = hub.open(List.of("quiet"), StartRequest.latest()).cursor();
        sweepAll();
        hub.append("quiet", body("at last"), null);

        assertThat(dataOn(cursor)).containsExactly("at last");
    }

    @Test
    void closingACursorTwiceUnfollowsOnce() {
        Cursor closed = hub.open(List.of("quiet"), StartRequest.latest()).cursor();
        Cursor open = hub.open(List.of("quiet"), StartRequest.latest()).cursor();
        closed.close();
        closed.close();
        sweepAll();
        hub.append("quiet", body("at last"), null);

        assertThat(dataOn(open)).containsExactly("at last");
    }

    @Test
    void aClientBehindTheFloorOfAForgottenTopicIsToldReset() {
        EventId before = hub.append("other", body("1"), null);
        hub.append("quiet", body("2"), null);
        sweepAll();
        Start start = hub.open(List.of("quiet"), StartRequest.latest().lastEventId(before.toString()));

        assertThat(start.outcome()).isEqualTo(ResumeOutcome.RESET);
        assertThat(start.reset()).extracting(Reset::reason).isEqualTo(Reset.Reason.EVICTED);
    }

    @Test
    void aClientAtTheNewestEventOfAForgottenTopicIsResumed() {
        EventId last = hub.append("quiet", body("1"), null);
        sweepAll();
        Start start = hub.open(List.of("quiet"), StartRequest.latest().lastEventId(last.toString()));
        hub.append("quiet", body("2"), null);

        assertThat(start.outcome()).isEqualTo(ResumeOutcome.RESUMED);
        assertThat(dataOn(start.cursor())).containsExactly("2");
    }

    @Test
    void idleTopicsMakeRoomForNewOnesBeforeTheseAreRefused() {
        HubLog small = TestLogs.inMemory(
                Retention.builder()
                        .maxBytes(1 << 10)
                        .maxAge(AGE)
                        .hubBytes(64 << 10)
                        .build(),
                clock,
                LogOptions.FLOORS,
                LogOptions.END_RETENTION);
        Cursor cursor =
                small.open(names("followed ", 36), StartRequest.latest()).cursor();
        names("followed ", 36).forEach(name -> small.append(name, body("x"), null));
        clock.advance(AGE.multipliedBy(2));
        small.open(List.of("other"), StartRequest.latest()).cursor().close(); // expires the events
        cursor.close();
        assertThat(TestLogs.stats(small).topics()).isEqualTo(36);

        small.open(names("more ", 36), StartRequest.latest());

        assertThat(TestLogs.stats(small).topics()).isEqualTo(36);
    }
}

package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static dev.freshet.log.Readings.dataOn;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.ResumeOutcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartRequestTest {
    private static final StartRequest LATEST = StartRequest.latest();

    private final TestClock clock = new TestClock();
    private final HubLog hub = TestLogs.inMemory(
            Retention.builder().maxEvents(3).build(), clock, LogOptions.FLOORS, LogOptions.END_RETENTION);

    /** One in each millisecond. */
    private EventId publish(String topic, String data) {
        clock.advance(Duration.ofMillis(1));
        return hub.append(topic, body(data), null);
    }

    private Start open(StartRequest request, String... topics) {
        return hub.open(List.of(topics), request);
    }

    private static Reset.Reason reasonOf(Start start) {
        assertThat(start.outcome()).isEqualTo(ResumeOutcome.RESET);
        return requireNonNull(start.reset()).reason();
    }

    private static void assertFresh(Start start, String... data) {
        assertThat(start.outcome()).isEqualTo(ResumeOutcome.FRESH);
        assertThat(start.reset()).isNull();
        assertThat(start.id()).isEqualTo(start.position().toString());
        assertThat(dataOn(start.cursor())).containsExactly(data);
    }

    /** Whoever comes back by what the opening told, with nothing received, gets the same again. */
    private void assertResumesAtTheSamePlace(Start start, String topic, String... data) {
        Start again = open(LATEST.lastEventId(start.id()), topic);
        assertThat(again.outcome()).isEqualTo(ResumeOutcome.RESUMED);
        assertThat(dataOn(again.cursor())).containsExactly(data);
    }

    @Test
    void aPositionThatTheApplicationChoseIsAFreshStart() {
        EventId first = publish("a", "1");
        publish("a", "2");

        assertFresh(open(LATEST.from(first), "a"), "2");
    }

    @Test
    void aPositionThatIsNoPlaceOfTheLogIsAResetThoughTheApplicationChoseIt() {
        EventId first = publish("a", "1");
        for (int i = 2; i < 7; i++) {
            publish("a", "" + i);
        }
        Start evicted = open(LATEST.from(first), "a");

        assertThat(reasonOf(evicted)).isEqualTo(Reset.Reason.EVICTED);
        assertThat(dataOn(evicted.cursor())).containsExactly("4", "5", "6");
        assertThat(reasonOf(open(LATEST.from(new EventId(first.millis(), first.sequence() ^ 1)), "a")))
                .isEqualTo(Reset.Reason.UNKNOWN);
    }

    @Test
    void theEarliestIsAFreshStartAlsoWhereSomethingIsGone() {
        for (int i = 1; i < 5; i++) {
            publish("a", "" + i);
        }
        Start start = open(LATEST.fromEarliest(), "a");

        assertFresh(start, "2", "3", "4");
        assertResumesAtTheSamePlace(start, "a", "2", "3", "4");
    }

    @Test
    void theEarliestOfSeveralTopicsIsAFreshStart() {
        for (int i = 1; i < 5; i++) {
            publish("a", "a" + i);
        }
        publish("b", "b");

        assertFresh(open(LATEST.fromEarliest(), "a", "b"), "a2", "a3", "a4", "b");
    }

    @Test
    void whoStartsWithTheEarliestOfSeveralTopicsAndIsCutAtOnceIsNotReset() {
        for (int i = 1; i < 5; i++) {
            publish("a", "a" + i);
        }
        for (StartRequest request :
                List.of(LATEST.fromEarliest(), LATEST.from(Instant.EPOCH), LATEST.lastEventId("earliest"))) {
            Start start = open(request, "quiet", "a");
            Start again = open(LATEST.lastEventId(start.id()), "quiet", "a");

            assertThat(again.outcome()).isEqualTo(ResumeOutcome.RESUMED);
            assertThat(dataOn(again.cursor())).containsExactly("a2", "a3", "a4");
        }
    }

    @Test
    void aPositionThatTheApplicationChoseBelowItsBoundIsAResetWhereTheBoundIsGone() {
        EventId first = publish("a", "1");
        EventId second = publish("a", "2");
        for (int i = 3; i < 8; i++) {
            publish("a", "" + i);
        }

        assertThat(reasonOf(open(LATEST.from(first).notBefore(second), "a"))).isEqualTo(Reset.Reason.EVICTED);
    }

    @Test
    void aTimeStartsWithTheFirstEventThatWasPublishedThen() {
        publish("a", "1");
        EventId second = publish("a", "2");
        publish("a", "3");
        Start start = open(LATEST.from(Instant.ofEpochMilli(second.millis())), "a");

        assertFresh(start, "2", "3");
        assertResumesAtTheSamePlace(start, "a", "2", "3");
    }

    @Test
    void aTimeBeforeWhatIsRetainedStartsWithTheOldestEventAndIsNoReset() {
        EventId first = publish("a", "1");
        for (int i = 2; i < 7; i++) {
            publish("a", "" + i);
        }
        Start start = open(LATEST.from(Instant.ofEpochMilli(first.millis())), "a");

        assertFresh(start, "4", "5", "6");
        assertResumesAtTheSamePlace(start, "a", "4", "5", "6");
        assertFresh(open(LATEST.from(Instant.MIN), "a"), "4", "5", "6");
        assertFresh(open(LATEST.from(Instant.EPOCH.plusNanos(1)), "a"), "4", "5", "6");
    }

    @Test
    void aTimeThatIsStillToComeStartsAtTheLatestEvent() {
        publish("a", "1");

        for (Instant time : List.of(clock.instant().plusSeconds(9), Instant.MAX)) {
            Start start = open(LATEST.from(time), "a");
            assertFresh(start);
            assertThat(start.position()).isEqualTo(hub.latest());
        }
    }

    @Test
    void whatTheClientNamesWinsOverWhatTheApplicationChose() {
        EventId first = publish("a", "1");
        EventId second = publish("a", "2");
        publish("a", "3");

        for (StartRequest chosen : List.of(LATEST.from(first), LATEST.fromEarliest())) {
            Start start = open(chosen.lastEventId(second.toString()), "a");
            assertThat(start.outcome()).isEqualTo(ResumeOutcome.RESUMED);
            assertThat(dataOn(start.cursor())).containsExactly("3");
        }
    }

    @Test
    void noLastEventIdPassesTheBound() {
        EventId first = publish("a", "1");
        EventId second = publish("a", "2");
        EventId third = publish("a", "3");
        StartRequest bounded = LATEST.notBefore(second);

        Start earliest = open(bounded.lastEventId("earliest"), "a");
        assertThat(earliest.outcome()).isEqualTo(ResumeOutcome.RESUMED);
        assertThat(earliest.position()).isEqualTo(second);
        assertThat(dataOn(earliest.cursor())).containsExactly("3");
        Start older = open(bounded.lastEventId(first.toString()), "a");
        assertThat(older.reset()).isEqualTo(new Reset(Reset.Reason.EVICTED, first.toString(), third, third));
        assertThat(dataOn(older.cursor())).containsExactly("3");
        Start unknown = open(bounded.lastEventId("yesterday"), "a");
        assertThat(requireNonNull(unknown.reset()).earliest()).isEqualTo(third);
        assertThat(dataOn(unknown.cursor())).containsExactly("3");
    }

    @Test
    void anOwnIdDoesNotPassTheBound() {
        hub.append("a", "data: 1\nid: row 1\n\n".getBytes(StandardCharsets.UTF_8), "row 1");
        EventId second = publish("a", "2");
        publish("a", "3");
        Start start = open(LATEST.notBefore(second).lastEventId("row 1"), "a");

        assertThat(reasonOf(start)).isEqualTo(Reset.Reason.EVICTED);
        assertThat(dataOn(start.cursor())).containsExactly("3");
    }

    @Test
    void aPositionAtTheBoundOrAfterItIsResumed() {
        publish("a", "1");
        EventId second = publish("a", "2");
        EventId third = publish("a", "3");

        for (EventId position : List.of(second, third)) {
            assertThat(open(LATEST.notBefore(second).lastEventId(position.toString()), "a")
                            .outcome())
                    .isEqualTo(ResumeOutcome.RESUMED);
        }
    }

    @Test
    void whatTheApplicationChoseIsBoundedAndNoReset() {
        EventId first = publish("a", "1");
        EventId second = publish("a", "2");
        publish("a", "3");
        StartRequest bounded = LATEST.notBefore(second);

        assertFresh(open(bounded.fromEarliest(), "a"), "3");
        assertFresh(open(bounded.from(first), "a"), "3");
        assertFresh(open(bounded.from(Instant.ofEpochMilli(first.millis())), "a"), "3");
        assertFresh(open(bounded, "a"));
    }

    @Test
    void aBoundOfAnotherIncarnationBoundsByOrderAloneAndItsStartCanBeResumed() {
        publish("a", "1");
        EventId second = publish("a", "2");
        publish("a", "3");
        for (long other : List.of(0L, (1L << 32) - 1)) {
            EventId bound = new EventId(second.millis(), (1L << 32) + other); // after the second
            Start start = open(LATEST.notBefore(bound).fromEarliest(), "a");

            assertFresh(start, "3");
            assertResumesAtTheSamePlace(start, "a", "3");
        }
    }

    @Test
    void aBoundThatIsAheadOfTheHubHidesWhatIsRetainedAndNothingThatFollows() {
        publish("a", "1");
        Start start = open(LATEST.notBefore(new EventId(Long.MAX_VALUE, 0)).lastEventId("earliest"), "a");
        publish("a", "2");

        assertThat(dataOn(start.cursor())).containsExactly("2");
    }

    @Test
    void aBoundBelowWhatIsRetainedChangesNothing() {
        EventId first = publish("a", "1");
        for (int i = 2; i < 7; i++) {
            publish("a", "" + i);
        }
        assertFresh(open(LATEST.notBefore(first).fromEarliest(), "a"), "4", "5", "6");
    }

    @Test
    void aTimeAfterAllEventsOfTheTopicsStartsAtTheLatestOfTheHub() {
        publish("a", "1");
        publish("other", "2");

        assertThat(open(LATEST.from(clock.instant()), "a").position()).isEqualTo(hub.latest());
        assertThat(open(LATEST.from(clock.instant().plusSeconds(9)), "a", "quiet")
                        .position())
                .isEqualTo(hub.latest());
    }

    @Test
    void requestsStartAlikeWhereTheApplicationChoseTheSame() {
        EventId position = new EventId(1, 1);
        StartRequest from = LATEST.from(position);

        assertThat(from.startsAs(LATEST.from(position).lastEventId("7").resetToLatest()))
                .isTrue();
        assertThat(from.startsAs(LATEST)).isFalse();
        assertThat(LATEST.startsAs(from)).isFalse();
        assertThat(LATEST.fromEarliest().startsAs(LATEST)).isFalse();
        assertThat(LATEST.from(Instant.EPOCH).startsAs(LATEST.fromEarliest())).isFalse();
    }

    @Test
    void aBoundThatIsAheadIsLoweredToTheLatestEvent() {
        EventId bound = new EventId(5, 1);

        assertThat(LATEST.notBeforeAtMost(bound).notBefore).isNull();
        assertThat(LATEST.notBefore(bound).notBeforeAtMost(new EventId(6, 1)).notBefore)
                .isEqualTo(bound);
        assertThat(LATEST.notBefore(bound).notBeforeAtMost(new EventId(4, 1)).notBefore)
                .isEqualTo(new EventId(4, 1));
    }
}

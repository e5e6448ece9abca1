package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static dev.freshet.log.Readings.dataOn;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.ResumeOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResumeTest {
    /** The next id within a millisecond. */
    private static final long COUNT = 1L << 32;

    private final TestClock clock = new TestClock();
    private final EventId base = new EventId(TestClock.START, 0);
    private HubLog hub = hub(100);

    private HubLog hub(int maxEvents) {
        return new HubLog(Retention.builder().maxEvents(maxEvents).build(), clock, base);
    }

    private EventId publish(String topic, String data) {
        return hub.append(topic, body(data), null);
    }

    private Start open(String requested, String... topics) {
        return hub.open(List.of(topics), StartRequest.latest().lastEventId(requested));
    }

    private Reset resetOf(Start start) {
        assertThat(start.outcome()).isEqualTo(ResumeOutcome.RESET);
        return requireNonNull(start.reset());
    }

    @Test
    void idsAscendWithinAMillisecond() {
        assertThat(publish("a", "1")).hasToString("1000000-4294967296");
        assertThat(publish("b", "2")).hasToString("1000000-8589934592");
    }

    @Test
    void theSequenceBeginsAnewInANewMillisecond() {
        publish("a", "1");
        clock.advance(Duration.ofMillis(1));

        assertThat(publish("a", "2")).hasToString("1000001-0");
    }

    @Test
    void idsAscendWhenTheClockGoesBack() {
        clock.advance(Duration.ofMillis(5));
        EventId before = publish("a", "1");
        clock.set(TestClock.START - 1000);

        assertThat(publish("a", "2")).isEqualTo(new EventId(before.millis(), before.sequence() + COUNT));
    }

    @Test
    void aFreshStartDeliversNothingOld() {
        EventId last = publish("a", "old");
        Start start = open("", "a");
        publish("a", "new");

        assertThat(start.outcome()).isEqualTo(ResumeOutcome.FRESH);
        assertThat(start.position()).isEqualTo(last);
        assertThat(start.reset()).isNull();
        assertThat(dataOn(start.cursor())).containsExactly("new");
    }

    @Test
    void whatTheClientRequestsWinsOverWhereTheApplicationWouldStart() {
        EventId first = publish("a", "1");
        EventId second = publish("a", "2");
        publish("a", "3");
        Start start = hub.open(List.of("a"), StartRequest.latest().from(first).lastEventId(second.toString()));

        assertThat(dataOn(start.cursor())).containsExactly("3");
    }

    @Test
    void resumeDeliversExactlyWhatCameAfterAtEveryPosition() {
        List<EventId> ids = new ArrayList<>(List.of(base));
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
            String data = i + "x".repeat(i);
            ids.add(publish("a", data));
            all.add(data);
            clock.advance(Duration.ofMillis(i % 3));
        }
        for (int i = 0; i < ids.size(); i++) {
            Start start = open(ids.get(i).toString(), "a");
            assertThat(start.outcome()).isEqualTo(ResumeOutcome.RESUMED);
            assertThat(start.position()).isEqualTo(ids.get(i));
            assertThat(dataOn(start.cursor())).isEqualTo(all.subList(i, all.size()));
        }
    }

    @Test
    void aPositionBetweenEventsOfTheTopicIsAPlaceToResumeFrom() {
        publish("a", "1");
        EventId other = publish("b", "2");
        publish("a", "3");

        assertThat(dataOn(open(other.toString(), "a").cursor())).containsExactly("3");
    }

    @Test
    void earliestDeliversEverythingRetained() {
        hub = hub(2);
        EventId gone = publish("a", "1");
        publish("a", "2");
        publish("a", "3");
        Start start = open("earliest", "a");

        assertThat(start.outcome()).isEqualTo(ResumeOutcome.RESUMED);
        assertThat(start.position()).isEqualTo(gone);
        assertThat(dataOn(start.cursor())).containsExactly("2", "3");
    }

    @Test
    void aPositionWhoseFollowersWereDroppedIsEvicted() {
        hub = hub(2);
        EventId first = publish("a", "1");
        publish("a", "2");
        EventId third = publish("a", "3");
        EventId fourth = publish("a", "4");
        Start start = open(first.toString(), "a");

        assertThat(resetOf(start)).isEqualTo(new Reset(Reset.Reason.EVICTED, first.toString(), third, fourth));
        assertThat(dataOn(start.cursor())).containsExactly("3", "4");
    }

    @Test
    void theNewestDroppedEventIsStillAPlaceToResumeFrom() {
        hub = hub(2);
        EventId first = publish("a", "1");
        publish("a", "2");
        publish("a", "3");
        Start start = open(first.toString(), "a");

        assertThat(start.outcome()).isEqualTo(ResumeOutcome.RESUMED);
        assertThat(dataOn(start.cursor())).containsExactly("2", "3");
    }

    @Test
    void aPositionBeforeTheHubBeganIsUnknown() {
        publish("a", "1");
        Start start = open("999999-0", "a");

        assertThat(resetOf(start).reason()).isEqualTo(Reset.Reason.UNKNOWN);
        assertThat(dataOn(start.cursor())).containsExactly("1");
    }

    @Test
    void aPositionAfterTheNewestEventIsAhead() {
        EventId last = publish("a", "1");
        String requested = new EventId(last.millis(), last.sequence() + COUNT).toString();
        Start start = open(requested, "a");

        assertThat(resetOf(start)).isEqualTo(new Reset(Reset.Reason.AHEAD, requested, last, last));
        assertThat(dataOn(start.cursor())).containsExactly("1");
    }

    @Test
    void aTextThatIsNoPositionIsUnknown() {
        publish("a", "1");
        Start start = open("yesterday", "a");

        assertThat(resetOf(start).reason()).isEqualTo(Reset.Reason.UNKNOWN);
        assertThat(dataOn(start.cursor())).containsExactly("1");
    }

    @Test
    void oneEvictedTopicOfSeveralResetsThemAll() {
        hub = hub(2);
        EventId first = publish("a", "a1");
        publish("b", "b1");
        publish("a", "a2");
        publish("a", "a3");
        publish("a", "a4");
        Start start = open(first.toString(), "b", "a");

        assertThat(resetOf(start).reason()).isEqualTo(Reset.Reason.EVICTED);
        assertThat(dataOn(start.cursor())).containsExactly("b1", "a3", "a4");
    }

    @Test
    void aResetStartsAtTheLatestWhereThatIsAskedFor() {
        publish("a", "1");
        EventId last = publish("b", "2");
        StartRequest request = StartRequest.latest().lastEventId("yesterday").resetToLatest();
        Start start = hub.open(List.of("a", "b"), request);
        publish("a", "3");

        assertThat(start.outcome()).isEqualTo(ResumeOutcome.RESET);
        assertThat(start.position()).isEqualTo(last);
        assertThat(dataOn(start.cursor())).containsExactly("3");
    }
}

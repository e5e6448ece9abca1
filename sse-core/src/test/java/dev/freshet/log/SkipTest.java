package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static dev.freshet.log.Readings.dataOn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.ResumeOutcome;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link Cursor#skip}: the position at which a reader that has lagged out continues. */
class SkipTest {
    private final TestClock clock = new TestClock();
    private final HubLog hub = HubLog.inMemory(new LogOptions(
            new Retentions(Retention.builder().maxEvents(3).build(), Map.of("typing", Retention.none())),
            clock,
            clock::nanos,
            LogOptions.FLOORS,
            LogOptions.END_RETENTION));

    private EventId publish(String topic, String data) {
        return hub.append(topic, body(data), null);
    }

    private Cursor follow(String topics) {
        return hub.open(List.of(topics.split(",")), StartRequest.latest()).cursor();
    }

    /** Publishes many events, of which three are retained; returns the newest that is not. */
    private EventId publishMany(String topic) {
        EventId evicted = null;
        for (int i = 0; i < 100; i++) {
            EventId id = publish(topic, "" + i);
            evicted = i == 96 ? id : evicted;
        }
        return Objects.requireNonNull(evicted);
    }

    @Test
    void aReaderOfOneTopicContinuesAfterTheNewestEventThatIsGone() {
        Cursor cursor = follow("a");
        EventId evicted = publishMany("a");
        Reset reset = cursor.skip();

        assertThat(cursor.position()).isEqualTo(evicted);
        assertThat(reset.latest()).isEqualTo(hub.latest());
        assertThat(dataOn(cursor)).containsExactly("97", "98", "99");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lagging,other", "other,lagging"})
    void aReaderOfSeveralTopicsIsAtTheSmallestOfTheirPositions(String topics) {
        Cursor cursor = follow(topics);
        EventId read = publish("other", "read");
        assertThat(dataOn(cursor)).containsExactly("read");
        publish("other", "unread");
        publishMany("lagging");
        cursor.skip();

        assertThat(cursor.position()).isEqualTo(read);
        assertThat(dataOn(cursor)).containsExactly("unread", "97", "98", "99");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lagging,typing", "typing,lagging"})
    void aTopicThatRetainsNothingDoesNotHoldThePositionBack(String topics) {
        Cursor cursor = follow(topics);
        publish("typing", "typed");
        EventId evicted = publishMany("lagging");
        cursor.skip();

        assertThat(cursor.position()).isEqualTo(evicted);
        assertThat(dataOn(cursor)).containsExactly("97", "98", "99");
        assertThat(hub.open(List.of(topics.split(",")), StartRequest.latest().lastEventId(evicted.toString()))
                        .outcome())
                .isEqualTo(ResumeOutcome.RESUMED);
    }

    @Test
    void aReaderThatHadReadItsSegmentToTheEndHasLaggedOutWhereLaterOnesAreGone() {
        Cursor cursor = follow("a");
        publish("a", "read");
        assertThat(dataOn(cursor)).containsExactly("read");
        publishMany("a");

        assertThat(((TopicCursor) cursor).segment.isEvicted()).isTrue();
        assertThat(cursor.next(1_000, null)).isSameAs(Batch.LAGGED_OUT);
        cursor.skip();
        assertThat(dataOn(cursor)).containsExactly("97", "98", "99");
    }

    @ParameterizedTest
    @ValueSource(strings = {"typing", "typing,other"})
    void aReaderOfATopicThatRetainsNothingGoesOnWithWhatIsLeft(String topics) {
        Cursor cursor = follow(topics);
        publish("typing", "read");
        assertThat(dataOn(cursor)).containsExactly("read");
        for (int i = 0; i < 100; i++) {
            publish("typing", i + "x".repeat(10_000));
        }

        assertThat(cursor.isLaggedOut()).isFalse();
        assertThat(dataOn(cursor)).hasSizeBetween(10, 40).endsWith("99" + "x".repeat(10_000));
    }
}

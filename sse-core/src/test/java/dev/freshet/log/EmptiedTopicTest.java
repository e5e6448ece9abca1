package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static dev.freshet.log.Readings.dataOn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A topic that retains nothing any more and is published to again. */
class EmptiedTopicTest {
    private static final Duration AGE = Duration.ofSeconds(80);
    private static final String BIG = "x".repeat(800);

    private final TestClock clock = new TestClock();

    private HubLog hub(Retention.Builder retention) {
        return new HubLog(retention.maxAge(AGE).build(), clock, new EventId(TestClock.START, 0));
    }

    private static void publish(HubLog hub, String topic, String data) {
        hub.append(topic, body(data), null);
    }

    private static Cursor earliest(HubLog hub) {
        return hub.open(List.of("a"), StartRequest.latest().lastEventId("earliest"))
                .cursor();
    }

    @Test
    void aReaderThatHadReadAllReadsTheNextEventThoughItDidNotLookMeanwhile() {
        HubLog hub = hub(Retention.builder().maxBytes(2048).hubBytes(3700)); // two segments
        publish(hub, "a", "1" + BIG);
        Cursor cursor = earliest(hub);
        assertThat(dataOn(cursor)).hasSize(1);
        publish(hub, "b", BIG);
        publish(hub, "b", BIG);
        assertThat(((TopicCursor) cursor).segment.isEvicted()).isTrue();
        publish(hub, "a", "2" + BIG);

        assertThat(dataOn(cursor)).containsExactly("2" + BIG);
    }

    @Test
    void aReaderThatHadNotReadAllHasLaggedOut() {
        HubLog hub = hub(Retention.builder().maxBytes(2048).hubBytes(3700));
        Cursor cursor = hub.open(List.of("a"), StartRequest.latest()).cursor();
        publish(hub, "a", "1" + BIG);
        publish(hub, "b", BIG);
        publish(hub, "b", BIG);
        publish(hub, "a", "2" + BIG);

        assertThat(cursor.next(100, null)).isSameAs(Batch.LAGGED_OUT);
    }

    @Test
    void nothingThatWasTooOldIsRetainedOrCountedInWhatComesThen() {
        HubLog hub = hub(Retention.builder().maxEvents(3));
        publish(hub, "a", "old");
        clock.advance(AGE);
        publish(hub, "other", "sweeps while it is not too old");
        clock.advance(Duration.ofMillis(1));
        Cursor cursor = earliest(hub); // drops it
        assertThat(dataOn(cursor)).isEmpty();
        for (int i = 0; i < 10; i++) {
            publish(hub, "a", i + BIG);
            int from = Math.max(0, i - 2);

            assertThat(dataOn(earliest(hub)))
                    .hasSize(i - from + 1)
                    .startsWith(from + BIG)
                    .endsWith(i + BIG);
            assertThat(dataOn(cursor)).containsExactly(i + BIG);
        }
    }

    @Test
    void aTopicThatIsEmptiedGivesItsMemoryBack() {
        HubLog hub = hub(Retention.builder());
        Cursor cursor = hub.open(List.of("a"), StartRequest.latest()).cursor();
        long before = TestLogs.stats(hub).held();
        publish(hub, "a", BIG);
        publish(hub, "a", BIG);
        clock.advance(AGE.plusMillis(1));
        hub.open(List.of("other"), StartRequest.latest()).cursor().close(); // sweeps

        assertThat(TestLogs.stats(hub).held()).isEqualTo(before);
        assertThat(cursor.logs().get(0).bytes()).isZero();
    }

    @Test
    void whatIsTooOldIsDroppedWithTheNextEventOfTheTopic() {
        HubLog hub = hub(Retention.builder());
        publish(hub, "a", "old");
        clock.advance(AGE);
        publish(hub, "other", "sweeps while it is not too old");
        clock.advance(Duration.ofMillis(1));
        publish(hub, "other", "looks at its own topic alone");
        assertThat(TestLogs.stats(hub).events()).isEqualTo(3);
        publish(hub, "a", "young");

        assertThat(TestLogs.stats(hub).events()).isEqualTo(3);
        assertThat(dataOn(earliest(hub))).containsExactly("young");
    }
}

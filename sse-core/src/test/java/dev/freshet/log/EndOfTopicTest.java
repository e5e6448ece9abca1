package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** {@link HubLog#endOf}: the position of a topic's last event. */
class EndOfTopicTest {
    private static final Duration KEPT = Duration.ofHours(1);
    private static final Duration AGE = Duration.ofSeconds(80);

    private final TestClock clock = new TestClock();
    private final HubLog hub = hub(AGE);

    private HubLog hub(Duration maxAge) {
        return TestLogs.inMemory(Retention.builder().maxAge(maxAge).build(), clock, LogOptions.FLOORS, KEPT);
    }

    private static EventId complete(HubLog log, String topic) {
        return Objects.requireNonNull(log.write(new LogEntry(LogEntry.Kind.LAST, topic, body("last"), null)));
    }

    /** Has the events of all topics expire, and the topics forgotten. */
    private void forgetAll() {
        clock.advance(AGE.multipliedBy(2));
        hub.open(List.of("other"), StartRequest.latest()).cursor().close();
        assertThat(TestLogs.stats(hub).topics()).isZero();
    }

    @Test
    void aTopicThatHasEndedHasItsLastEventForItsEnd() {
        hub.append("a", body("1"), null);
        EventId last = complete(hub, "a");
        hub.append("b", body("2"), null);

        assertThat(hub.endOf("a")).isEqualTo(last);
    }

    @Test
    void aTopicThatIsOpenOrUnknownHasNoEnd() {
        hub.append("open", body("1"), null);

        assertThat(hub.endOf("open")).isNull();
        assertThat(hub.endOf("never heard of")).isNull();
    }

    @Test
    void aTopicThatWasForgottenStillHasItsEnd() {
        EventId last = complete(hub, "a");
        forgetAll();

        assertThat(hub.endOf("a")).isEqualTo(last);
    }

    @Test
    void aForgottenTopicHasNoEndOnceTheTimeOfTheEndIsOver() {
        complete(hub, "a");
        forgetAll();
        clock.advance(KEPT);

        assertThat(hub.endOf("a")).isNull();
    }

    @Test
    void aTopicThatRetainsItsLastEventHasItsEndForAsLong() {
        HubLog retaining = hub(KEPT.multipliedBy(3));
        EventId last = complete(retaining, "a");
        clock.advance(KEPT);

        assertThat(retaining.endOf("a")).isEqualTo(last);
    }

    @Test
    void aTopicThatWasRemovedHasNoEnd() {
        complete(hub, "a");
        hub.write(LogEntry.of(LogEntry.Kind.REMOVAL, "a"));

        assertThat(hub.endOf("a")).isNull();
    }
}

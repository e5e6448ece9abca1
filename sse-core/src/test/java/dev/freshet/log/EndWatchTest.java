package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.harness.LogReader;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** {@link HubLog#onEnd}: an action that runs once a topic that was started is not open any more. */
class EndWatchTest {
    private final HubLog hub = TestLogs.inMemory(Retention.defaults(), new TestClock());
    private final AtomicInteger runs = new AtomicInteger();

    private EventId write(LogEntry.Kind kind) {
        LogEntry entry =
                kind == LogEntry.Kind.LAST ? new LogEntry(kind, "a", body("last"), null) : LogEntry.of(kind, "a");
        return Objects.requireNonNull(hub.write(entry));
    }

    private void watch(EventId start) {
        hub.onEnd("a", start, runs::incrementAndGet);
    }

    @Test
    void theActionRunsWhenTheTopicEnds() {
        watch(write(LogEntry.Kind.START));
        hub.append("a", body("1"), null);
        assertThat(runs).hasValue(0);
        write(LogEntry.Kind.LAST);

        assertThat(runs).hasValue(1);
    }

    @Test
    void theActionRunsWhenTheTopicIsRemoved() {
        watch(write(LogEntry.Kind.START));
        write(LogEntry.Kind.REMOVAL);

        assertThat(runs).hasValue(1);
    }

    @Test
    void theActionRunsOnce() {
        watch(write(LogEntry.Kind.START));
        write(LogEntry.Kind.LAST);
        write(LogEntry.Kind.REMOVAL);
        hub.close();

        assertThat(runs).hasValue(1);
    }

    @Test
    void theActionRunsAtOnceForATopicThatHasEnded() {
        EventId start = write(LogEntry.Kind.START);
        write(LogEntry.Kind.LAST);
        watch(start);

        assertThat(runs).hasValue(1);
    }

    @Test
    void theActionRunsAtOnceForATopicThatIsNotThere() {
        watch(hub.latest());

        assertThat(runs).hasValue(1);
    }

    @Test
    void theActionRunsAtOnceForATopicThatWasStartedAnewSince() {
        EventId start = write(LogEntry.Kind.START);
        write(LogEntry.Kind.REMOVAL);
        write(LogEntry.Kind.START);
        watch(start);

        assertThat(runs).hasValue(1);
    }

    @Test
    void anActionThatFailsHarmsNeitherTheEndNorOtherActions() {
        EventId start = write(LogEntry.Kind.START);
        hub.onEnd("a", start, () -> {
            throw new IllegalStateException("as the test wants");
        });
        watch(start);
        String log = LogReader.logged(() -> write(LogEntry.Kind.LAST));

        assertThat(hub.topic("a").state()).isEqualTo(TopicState.ENDED);
        assertThat(runs).hasValue(1);
        assertThat(log).contains("what waits for the end of a topic failed", "as the test wants");
    }
}

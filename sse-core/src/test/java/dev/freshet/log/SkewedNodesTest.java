package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Nodes on one store whose clocks differ. */
class SkewedNodesTest {
    private static final Duration KEPT = Duration.ofSeconds(3);

    private final TestClock clock = new TestClock();
    private final TestClock ahead = new TestClock();
    private final List<HubLog> nodes = Stream.of(clock, ahead)
            .map(time -> HubLog.onStore(new LogOptions(
                    new Retentions(Retention.defaults(), Map.of()), time, time::nanos, LogOptions.FLOORS, KEPT)))
            .toList();

    private List<Boolean> write(LogEntry.Kind kind, String topic, long millis) {
        LogEntry entry =
                kind == LogEntry.Kind.START ? LogEntry.of(kind, topic) : new LogEntry(kind, topic, body("x"), null);
        return nodes.stream()
                .map(node ->
                        node.write(entry, new EventId(TestClock.START + millis, 1), TestClock.START + millis) != null)
                .toList();
    }

    private void pass(Duration time) {
        clock.advance(time);
        ahead.advance(time);
    }

    @Test
    void anEndIsOverForBothAtTheSameEntry() {
        ahead.advance(Duration.ofSeconds(2));
        write(LogEntry.Kind.LAST, "t", 0);
        pass(KEPT.minusMillis(1));
        for (HubLog node : nodes) {
            node.open(List.of("t"), StartRequest.latest()).cursor().close();
            assertThat(node.topic("t").state()).isEqualTo(TopicState.ENDED);
        }
        for (int i = 1; i < 2_000; i++) { // the sweep looks at some at each
            write(LogEntry.Kind.EVENT, "other", i);
        }

        assertThat(write(LogEntry.Kind.EVENT, "t", KEPT.toMillis() - 1)).containsExactly(false, false);
        assertThat(write(LogEntry.Kind.EVENT, "t", KEPT.toMillis())).containsExactly(true, true);
    }

    @Test
    void anEndIsNotOverBeforeTheStoreSaysSo() {
        write(LogEntry.Kind.LAST, "t", 0);
        pass(KEPT.multipliedBy(2));

        assertThat(nodes).allMatch(node -> node.topic("t").state() == TopicState.ENDED);
        write(LogEntry.Kind.EVENT, "other", KEPT.toMillis());
        assertThat(nodes).allMatch(node -> node.topic("t").state() == TopicState.UNKNOWN);
    }
}

package dev.freshet.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShortLivedPassTest {
    private static final Duration OVER = Duration.ofMillis(1_001);

    private final TestClock clock = new TestClock();
    private final LogState state = new LogState(
            new LogOptions(
                    new Retentions(Retention.defaults(), Map.of("typing", Retention.none())),
                    clock,
                    clock::nanos,
                    1,
                    LogOptions.END_RETENTION),
            IdSequence.startingAt(new EventId(0, 0)),
            new NameHash());
    /** How often the sweep was to be armed. */
    private int armed;

    private final FollowerWatches watches = new FollowerWatches(state);
    private final Topics topics = new Topics(
            state,
            watches,
            new Floors(new NameHash(), 1, 1 << 10, new EventId(0, 0), state.budget()),
            new Ends(1_000, 1 << 10, state.budget()),
            0);
    private final Snapshots snapshots =
            new Snapshots(state, topics, new Cursors(state, topics, watches, uptime -> {}), () -> armed++);
    private final ShortLivedPass pass = new ShortLivedPass(state, topics, snapshots);

    private void publish(String topic) {
        state.locked(() -> {
            TopicLog log = topics.log(topic, 0);
            log.append(new EventId(1, 1), state.time().uptime(), new byte[10], new byte[0], 0, null);
            topics.written(log);
        });
    }

    private boolean isNeeded() {
        return state.underLock(pass::isNeeded);
    }

    private void pass() {
        assertThat(state.underLock(pass::part))
                .as("whether there is more to do")
                .isFalse();
    }

    @Test
    void thePassIsNotNeededForTopicsThatRetainTheirEvents() {
        publish("orders");

        assertThat(isNeeded()).isFalse();
    }

    @Test
    void theDelayOfThePassIsHalfASecond() {
        assertThat(pass.delayMillis()).isEqualTo(500);
    }

    @Test
    void theEventsOfATopicThatRetainsNothingAreDroppedByThePass() {
        publish("typing");
        assertThat(isNeeded()).isTrue();
        pass();
        assertThat(isNeeded()).isTrue();
        clock.advance(OVER);
        pass();

        assertThat(isNeeded()).isFalse();
        assertThat(topics.all()).isEmpty();
        assertThat(state.budget().held()).isZero();
    }

    @Test
    void aSnapshotThatServesNobodyIsDroppedByThePass() {
        Snapshot snapshot = snapshots.keep(new EventId(0, 0), 0, 1_000, List.of(new byte[10]), null);
        assertThat(isNeeded()).isTrue();
        clock.advance(OVER);
        pass();

        assertThat(isNeeded()).isFalse();
        assertThat(snapshot.piece(0)).isNull();
    }

    @Test
    void theSweepIsArmedForASnapshot() {
        snapshots.keep(new EventId(0, 0), 0, 1_000, List.of(new byte[10]), null);

        assertThat(armed).isOne();
    }
}

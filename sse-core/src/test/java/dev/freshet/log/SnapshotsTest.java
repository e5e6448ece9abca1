package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.ResumeOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A shared snapshot is at a position, and serves new readers as long as the log has everything after that. */
class SnapshotsTest extends SnapshotFixture {
    @Test
    void whoComesLaterReadsAllThatCameAfterTheSnapshot() {
        append("t", "before");
        Snapshot snapshot = snapshot();
        append("t", "1");
        append("t", "2");
        Start start = opened(snapshot);

        assertThat(start.outcome()).isEqualTo(ResumeOutcome.FRESH);
        assertThat(start.position()).isEqualTo(snapshot.position());
        assertThat(read(start)).containsExactly("1", "2");
    }

    @Test
    void whatWasEvictedBeforeTheSnapshotIsNotMissed() {
        for (int i = 0; i < 10; i++) {
            append("t", "" + i);
        }
        Snapshot snapshot = snapshot();

        assertThat(open(snapshot)).isNotNull();
    }

    @Test
    void aSnapshotBehindWhichSomethingIsGoneIsNoPlace() {
        Snapshot snapshot = snapshot();
        for (int i = 0; i < 3; i++) {
            append("t", "" + i);
        }
        assertThat(open(snapshot)).isNotNull();
        append("t", "3");

        assertThat(open(snapshot)).isNull();
        assertThat(open(snapshot, StartRequest.latest(), "u")).isNotNull();
        assertThat(open(snapshot, StartRequest.latest(), "u", "t")).isNull();
    }

    @Test
    void aTopicThatWasRemovedOrStartedSinceIsNoPlace() {
        append("t", "1");
        Snapshot before = snapshot();
        hub.write(LogEntry.of(LogEntry.Kind.REMOVAL, "t"));
        assertThat(open(before)).isNull();
        Snapshot between = snapshot();
        hub.write(LogEntry.of(LogEntry.Kind.START, "t"));

        assertThat(open(between)).isNull();
        assertThat(open(snapshot())).isNotNull();
    }

    @Test
    void aTopicThatKeepsNothingDoesNotCount() {
        HubLog mixed = hub(Map.of("typing", Retention.none()));
        Snapshot snapshot = snapshot(mixed, 1);
        mixed.append("t", body("1"), null);
        for (int i = 0; i < 10_000; i++) {
            mixed.append("typing", body("x".repeat(100)), null);
        }
        Start start = mixed.snapshots().open(List.of("t", "typing"), StartRequest.latest(), snapshot);

        assertThat(read(start)).containsExactly("1");
    }

    @Test
    void whoMayNotReadWhatCameBeforeGetsNoOlderSnapshot() {
        Snapshot snapshot = snapshot();
        EventId joined = append("t", "1");

        assertThat(open(snapshot, StartRequest.latest().notBefore(joined), "t")).isNull();
        assertThat(open(snapshot(), StartRequest.latest().notBefore(joined), "t"))
                .isNotNull();
    }

    @Test
    void anOlderSnapshotWillDoWhereNothingHasComeSince() {
        Snapshot snapshot = snapshot();
        EventId joined = append("other", "1");
        StartRequest request = StartRequest.latest().notBefore(joined);
        append("t", "2");

        assertThat(open(snapshot, request, "t", "other")).isNull();
        Start start = opened(snapshot, request, "t");
        assertThat(start.position()).isEqualTo(joined);
        assertThat(read(start)).containsExactly("2");
    }

    @Test
    void whoResumesNeedsNone() {
        EventId seen = append("t", "1");
        append("t", "2");
        Start start = opened(null, StartRequest.latest().lastEventId(seen.toString()), "t");

        assertThat(start.outcome()).isEqualTo(ResumeOutcome.RESUMED);
        assertThat(read(start)).containsExactly("2");
    }

    @Test
    void whoIsResetStartsBehindTheSnapshot() {
        Snapshot snapshot = snapshot();
        append("t", "1");
        Start start = opened(snapshot, StartRequest.latest().lastEventId("banana"), "t");

        assertThat(start.outcome()).isEqualTo(ResumeOutcome.RESET);
        assertThat(start.position()).isEqualTo(snapshot.position());
        assertThat(read(start)).containsExactly("1");
        assertThat(open(null, StartRequest.latest().lastEventId("banana"), "t")).isNull();
    }

    @Test
    void theSnapshotIsTheStartWhateverOtherWasChosen() {
        append("t", "old");
        Snapshot snapshot = snapshot();
        append("t", "new");

        assertThat(read(open(snapshot, StartRequest.latest().fromEarliest(), "t")))
                .containsExactly("new");
        assertThat(read(open(snapshot, StartRequest.latest().from(hub.latest()), "t")))
                .containsExactly("new");
    }

    @Test
    void nobodyFollowsWhatIsNoPlace() {
        assertThat(open(null)).isNull();
        assertThat(hub.topic("t").followers()).isZero();
        assertThat(TestLogs.stats(hub).topics()).isZero();
    }

    @Test
    void itServesForItsAge() {
        Snapshot snapshot = snapshot();
        clock.advance(Duration.ofMillis(MAX_AGE));
        assertThat(hub.snapshots().isFresh(snapshot)).isTrue();
        clock.advance(Duration.ofMillis(1));

        assertThat(hub.snapshots().isFresh(snapshot)).isFalse();
    }

    @Test
    void whoIsResetStartsBehindTheSnapshotThoughOlderEventsAreRetained() {
        append("t", "in the snapshot");
        Snapshot snapshot = snapshot();
        append("t", "1");
        Start start = opened(snapshot, StartRequest.latest().lastEventId("banana"), "t");

        assertThat(start.outcome()).isEqualTo(ResumeOutcome.RESET);
        assertThat(start.position()).isEqualTo(snapshot.position());
        assertThat(read(start)).containsExactly("1");
    }

    @Test
    void itServesForItsAgeFromTheTimeAtWhichItWasRequested() {
        clock.advance(Duration.ofMillis(400));
        assertThat(hub.snapshots().uptime()).isEqualTo(400);
        Snapshot snapshot = snapshot();
        clock.advance(Duration.ofMillis(MAX_AGE));
        assertThat(hub.snapshots().isFresh(snapshot)).isTrue();
        clock.advance(Duration.ofMillis(1));

        assertThat(hub.snapshots().isFresh(snapshot)).isFalse();
    }
}

package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static dev.freshet.log.Readings.dataOn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import dev.freshet.log.Start.Outcome;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A shared snapshot is a place in the log, for as long as the log has everything after it. */
class SnapshotsTest {
    private static final long HUB_BYTES = 1 << 20;
    private static final int PIECE = 10_000;
    private static final long MAX_AGE = 1_000;

    private final TestClock clock = new TestClock();
    private final HubLog hub = hub(Map.of());

    private HubLog hub(Map<String, Retention> others) {
        Retention retention = Retention.builder()
                .maxEvents(3)
                .maxBytes(100_000)
                .hubBytes(HUB_BYTES)
                .build();
        return HubLog.inMemory(
                new LogOptions(new Retentions(retention, others), clock, clock::nanos, 1, LogOptions.END_RETENTION));
    }

    private static Snapshot snapshot(HubLog hub, int pieces) {
        return hub.snapshots()
                .keep(
                        hub.latest(),
                        hub.snapshots().uptime(),
                        MAX_AGE,
                        Collections.nCopies(pieces, new byte[PIECE]),
                        null);
    }

    private Snapshot snapshot() {
        return snapshot(hub, 1);
    }

    private @Nullable Start open(@Nullable Snapshot snapshot, StartRequest request, String... topics) {
        return hub.snapshots().open(List.of(topics), request, snapshot);
    }

    private @Nullable Start open(@Nullable Snapshot snapshot) {
        return open(snapshot, StartRequest.latest(), "t");
    }

    private Start opened(@Nullable Snapshot snapshot) {
        return Objects.requireNonNull(open(snapshot));
    }

    private Start opened(@Nullable Snapshot snapshot, StartRequest request, String... topics) {
        return Objects.requireNonNull(open(snapshot, request, topics));
    }

    private EventId append(String topic, String data) {
        return hub.append(topic, body(data), null);
    }

    private static List<String> read(@Nullable Start start) {
        return dataOn(Objects.requireNonNull(start).cursor());
    }

    @Test
    void whoComesLaterReadsAllThatCameAfterTheSnapshot() {
        append("t", "before");
        Snapshot snapshot = snapshot();
        append("t", "1");
        append("t", "2");
        Start start = opened(snapshot);

        assertThat(start.outcome()).isEqualTo(Outcome.FRESH);
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
        hub.write(LogEntry.of(LogEntry.Kind.REMOVAL, "t"), null);
        assertThat(open(before)).isNull();
        Snapshot between = snapshot();
        hub.write(LogEntry.of(LogEntry.Kind.START, "t"), null);

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

        assertThat(start.outcome()).isEqualTo(Outcome.RESUMED);
        assertThat(read(start)).containsExactly("2");
    }

    @Test
    void whoIsResetStartsBehindTheSnapshot() {
        Snapshot snapshot = snapshot();
        append("t", "1");
        Start start = opened(snapshot, StartRequest.latest().lastEventId("banana"), "t");

        assertThat(start.outcome()).isEqualTo(Outcome.RESET);
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
        assertThat(hub.stats().topics()).isZero();
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
    void itIsCountedWhileItServesOrIsRead() {
        append("t", "1");
        long before = hub.stats().held();
        Snapshot snapshot = snapshot();
        assertThat(hub.stats().held()).isGreaterThanOrEqualTo(before + PIECE);
        Start start = opened(snapshot);
        clock.advance(Duration.ofMillis(MAX_AGE + 1));
        start.cursor().close();
        open(null); // looks what is over
        assertThat(hub.stats().held()).isGreaterThanOrEqualTo(before + PIECE);
        assertThat(snapshot.piece(0)).isNotNull();
        snapshot.release();

        assertThat(hub.stats().held()).isEqualTo(before);
        assertThat(snapshot.piece(0)).isNull();
    }

    @Test
    void aNewOneTakesThePlaceOfTheOneBefore() {
        Snapshot first = snapshot();
        Snapshot second = hub.snapshots().keep(hub.latest(), 0, MAX_AGE, List.of(new byte[PIECE]), first);

        assertThat(first.piece(0)).isNull();
        assertThat(second.piece(0)).isNotNull();
        assertThat(open(first)).isNull();
    }

    @Test
    void nobodyComesAndItsMemoryIsGivenBackWithoutTraffic() {
        Snapshot swept = snapshot();
        clock.advance(Duration.ofMillis(MAX_AGE + 1));
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (swept.piece(0) != null) {
            assertThat(System.nanoTime()).as("the timer has come by then").isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(hub.stats().held()).isZero();
    }

    @Test
    void overTheirShareTheOldestIsGivenUpAlthoughItIsRead() {
        Snapshot first = snapshot(hub, 10);
        open(first);
        Snapshot second = snapshot(hub, 10);
        assertThat(first.piece(0)).isNotNull();
        Snapshot third = snapshot(hub, 10);

        assertThat(first.piece(0)).isNull();
        assertThat(second.piece(0)).isNotNull();
        assertThat(third.piece(0)).isNotNull();
        long held = hub.stats().held();
        first.release();
        assertThat(hub.stats().held()).isEqualTo(held);
    }

    @Test
    void anOlderOneServesOnWhereAnotherWouldCutOffItsReaders() {
        Snapshot large = snapshot(hub, 20);
        opened(large);
        clock.advance(Duration.ofMillis(MAX_AGE + 1));
        assertThat(hub.snapshots().isFresh(large)).isTrue();
        append("t", "1");
        assertThat(read(open(large))).containsExactly("1");
        large.release();
        large.release();

        assertThat(hub.snapshots().isFresh(large)).isFalse();
    }

    @Test
    void itServesOnForHalfAMinuteAtTheMost() {
        Snapshot large = snapshot(hub, 20);
        opened(large);
        clock.advance(Duration.ofMillis(MAX_AGE + 30_000));
        assertThat(hub.snapshots().isFresh(large)).isTrue();
        clock.advance(Duration.ofMillis(1));

        assertThat(hub.snapshots().isFresh(large)).isFalse();
    }

    @Test
    void anOlderOneServesNoMoreWhereThereIsRoomForAnother() {
        Snapshot small = snapshot(hub, 10);
        opened(small);
        clock.advance(Duration.ofMillis(MAX_AGE + 1));

        assertThat(hub.snapshots().isFresh(small)).isFalse();
    }

    @Test
    void oneThatIsLargerThanTheirShareIsRefused() {
        assertThatThrownBy(() -> snapshot(hub, 27))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("snapshot: 270648 bytes (expected: at most 262144, a quarter of retention.hubBytes)");
        assertThat(hub.stats().held()).isZero();
    }

    @Test
    void historyMakesRoomForASnapshot() {
        HubLog full = TestLogs.inMemory(
                Retention.builder().maxBytes(HUB_BYTES).hubBytes(HUB_BYTES).build(), clock);
        for (int i = 0; i < 2_000; i++) {
            full.append("t" + i % 10, body("x".repeat(1_000)), null);
        }
        long retained = full.stats().bytes();
        Snapshot snapshot = snapshot(full, 20);

        assertThat(full.stats().held()).isBetween(HUB_BYTES / 2, HUB_BYTES);
        assertThat(full.stats().bytes()).isLessThan(retained);
        full.append("t", body("x".repeat(1_000)), null);
        assertThat(snapshot.piece(0)).as("history is not worth more").isNotNull();
    }
}

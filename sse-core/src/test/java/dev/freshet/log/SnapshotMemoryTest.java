package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Shared snapshots take a quarter of the hub's memory, and for no longer than they serve or are read. */
class SnapshotMemoryTest extends SnapshotFixture {
    @Test
    void itIsCountedWhileItServesOrIsRead() {
        append("t", "1");
        long before = TestLogs.stats(hub).held();
        Snapshot snapshot = snapshot();
        assertThat(TestLogs.stats(hub).held()).isGreaterThanOrEqualTo(before + PIECE);
        Start start = opened(snapshot);
        clock.advance(Duration.ofMillis(MAX_AGE + 1));
        start.cursor().close();
        open(null); // looks what is over
        assertThat(TestLogs.stats(hub).held()).isGreaterThanOrEqualTo(before + PIECE);
        assertThat(snapshot.piece(0)).isNotNull();
        snapshot.release();

        assertThat(TestLogs.stats(hub).held()).isEqualTo(before);
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
        assertThat(TestLogs.stats(hub).held()).isZero();
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
        long held = TestLogs.stats(hub).held();
        first.release();
        assertThat(TestLogs.stats(hub).held()).isEqualTo(held);
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
        assertThat(TestLogs.stats(hub).held()).isZero();
    }

    @Test
    void historyMakesRoomForASnapshot() {
        HubLog full = TestLogs.inMemory(
                Retention.builder().maxBytes(HUB_BYTES).hubBytes(HUB_BYTES).build(), clock);
        for (int i = 0; i < 2_000; i++) {
            full.append("t" + i % 10, body("x".repeat(1_000)), null);
        }
        long retained = TestLogs.stats(full).bytes();
        Snapshot snapshot = snapshot(full, 20);

        assertThat(TestLogs.stats(full).held()).isBetween(HUB_BYTES / 2, HUB_BYTES);
        assertThat(TestLogs.stats(full).bytes()).isLessThan(retained);
        full.append("t", body("x".repeat(1_000)), null);
        assertThat(snapshot.piece(0)).as("history is not worth more").isNotNull();
    }
}

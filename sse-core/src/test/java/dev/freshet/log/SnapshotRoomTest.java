package dev.freshet.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bounds of the room that shared snapshots have, and of the time for which they are kept. */
class SnapshotRoomTest extends SnapshotFixture {
    private static final int MOST = (int) (HUB_BYTES / 4);
    /** What an array takes beside its content. */
    private static final int ARRAY = 24;

    private static final Duration TOO_OLD = Duration.ofMillis(MAX_AGE + 1);

    private Snapshot keep(int bytes) {
        return hub.snapshots()
                .keep(hub.latest(), hub.snapshots().uptime(), MAX_AGE, List.of(new byte[bytes - ARRAY]), null);
    }

    @Test
    void aSnapshotMayTakeAllTheRoomAndNoByteMore() {
        Snapshot largest = keep(MOST);
        assertThat(largest.piece(0)).isNotNull();

        assertThatThrownBy(() -> keep(MOST + 1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(largest.piece(0)).isNotNull();
    }

    @Test
    void snapshotsThatFillTheRoomStayTogether() {
        Snapshot first = keep(1_000);
        Snapshot second = keep(MOST - 1_000);
        assertThat(first.piece(0)).isNotNull();
        Snapshot third = keep(1_000);

        assertThat(first.piece(0)).isNull();
        assertThat(second.piece(0)).isNotNull();
        assertThat(third.piece(0)).isNotNull();
    }

    @Test
    void anOldOneServesNoMoreWhereAnotherWouldFillTheRoom() {
        Snapshot read = keep(MOST / 2);
        opened(read);
        clock.advance(TOO_OLD);
        assertThat(hub.snapshots().isFresh(read)).isFalse();
        keep(1_000);

        assertThat(hub.snapshots().isFresh(read)).isTrue();
    }

    @Test
    void anOldOneServesNoMoreWhereTheRoomIsTakenByThoseThatNobodyReads() {
        Snapshot unread = keep(MOST / 2);
        Snapshot read = keep(MOST / 2);
        opened(read);
        assertThat(unread.piece(0)).isNotNull();
        clock.advance(TOO_OLD);

        assertThat(hub.snapshots().isFresh(read)).isFalse();
    }

    @Test
    void anOldOneServesOnWhereThoseThatNobodyReadAreTooSmall() {
        keep(1_000);
        Snapshot read = keep(MOST - 1_000);
        opened(read);
        clock.advance(TOO_OLD);

        assertThat(hub.snapshots().isFresh(read)).isTrue();
    }

    @Test
    void anOldOneThatNobodyReadsServesNoMore() {
        Snapshot unread = keep(MOST);
        clock.advance(TOO_OLD);

        assertThat(hub.snapshots().isFresh(unread)).isFalse();
    }

    @Test
    void aReplacedOneIsKeptForItsReadersAlone() {
        Snapshot first = keep(1_000);
        Start start = opened(first);
        hub.snapshots().keep(hub.latest(), hub.snapshots().uptime(), MAX_AGE, List.of(), first);
        assertThat(hub.snapshots().isFresh(first)).isFalse();
        assertThat(first.piece(0)).isNotNull();
        start.cursor().close();
        first.release();

        assertThat(first.piece(0)).isNull();
        assertThat(TestLogs.stats(hub).held()).isZero();
    }

    @Test
    void aSnapshotThatWasDroppedServesNobody() {
        Snapshot first = keep(MOST);
        keep(MOST);

        assertThat(hub.snapshots().isFresh(first)).isFalse();
        assertThat(open(first)).isNull();
    }

    @Test
    void aSnapshotIsKeptForItsAgeFromTheTimeItWasMade() {
        long requested = hub.snapshots().uptime();
        clock.advance(Duration.ofMillis(400));
        Snapshot late = hub.snapshots().keep(hub.latest(), requested, MAX_AGE, List.of(new byte[10]), null);
        clock.advance(Duration.ofMillis(MAX_AGE));
        append("t", "looks what is over");
        assertThat(late.piece(0)).isNotNull();
        clock.advance(Duration.ofMillis(1));
        append("t", "looks what is over");

        assertThat(late.piece(0)).isNull();
    }

    @Test
    void aSnapshotIsDroppedWithItsLastReaderOnlyOnceItIsOver() {
        Snapshot snapshot = keep(1_000);
        opened(snapshot);
        opened(snapshot);
        snapshot.release();
        snapshot.release();
        assertThat(snapshot.piece(0)).isNotNull();
        opened(snapshot);
        clock.advance(TOO_OLD);
        snapshot.release();

        assertThat(snapshot.piece(0)).isNull();
    }

    @Test
    void anEmptyStateIsASnapshotWithoutPieces() {
        Snapshot empty = hub.snapshots().keep(hub.latest(), 0, MAX_AGE, List.of(), null);

        assertThat(empty.pieces()).isZero();
        assertThat(snapshot(hub, 3).pieces()).isEqualTo(3);
        assertThat(opened(empty).position()).isEqualTo(hub.latest());
    }
}

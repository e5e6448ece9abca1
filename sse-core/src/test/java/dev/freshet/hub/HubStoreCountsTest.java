package dev.freshet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.store.StoreStats;
import org.junit.jupiter.api.Test;

class HubStoreCountsTest {
    private static final StoreStats NONE = new StoreStats(0, 0, 0, 0, null);

    private final HubStoreCounts counts = new HubStoreCounts();

    private HubStoreStats stats() {
        return counts.stats(3, "why", NONE);
    }

    @Test
    void eachIsCountedOnItsOwn() {
        counts.appended(5);
        counts.appended(7);
        counts.failed();
        counts.read(9);
        counts.beginWait();
        counts.lost();
        counts.refused();
        assertThat(stats()).isEqualTo(new HubStoreStats(2, 1, 3, 12, 1, 1, 9, 1, 1, "why", NONE));
    }

    @Test
    void aWaitIsCountedUntilItsEnd() {
        counts.beginWait();
        counts.beginWait();
        assertThat(counts.unread()).isEqualTo(2);
        counts.endWait();
        assertThat(counts.unread()).isOne();
    }

    @Test
    void anEntryOutOfPlaceIsRefusedAndAGapAsALossIs() {
        counts.lost();
        counts.lost();
        counts.outOfPlace();
        assertThat(counts.gaps()).isEqualTo(3);
        assertThat(stats().losses()).isEqualTo(2);
        assertThat(stats().refused()).isOne();
    }

    @Test
    void anEntryThatIsRefusedIsNoGap() {
        counts.refused();
        assertThat(counts.gaps()).isZero();
    }
}

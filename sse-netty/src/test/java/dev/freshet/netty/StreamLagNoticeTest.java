package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StreamLagNoticeTest {
    private static final long SHORTEST = TimeUnit.SECONDS.toNanos(16);
    private static final long TIMER = SHORTEST / 8;
    private static final long OVERLOAD = TimeUnit.MILLISECONDS.toNanos(20);

    private final StreamLagNotice notice = new StreamLagNotice();

    @Test
    void aLagIsToldAgainOnlyOnceItHasDoubled() {
        assertThat(notice.isToTell(3)).isTrue();
        assertThat(notice.isToTell(3)).isFalse();
        assertThat(notice.isToTell(5)).isFalse();
        assertThat(notice.isToTell(6)).isTrue();
        assertThat(notice.isToTell(11)).isFalse();
        assertThat(notice.isToTell(12)).isTrue();
    }

    @Test
    void noLagIsNotTold() {
        assertThat(notice.isToTell(0)).isFalse();
    }

    @Test
    void aStreamWhoseLogIsReadStartsOverWhileBytesWait() {
        assertThat(notice.isToTell(1_000)).isTrue();
        assertThat(notice.isToTell(0)).isFalse();

        assertThat(notice.isToTell(1)).isTrue();
    }

    @Test
    void eachTickOfTheTimerChecks() {
        assertThat(notice.isDue(0, SHORTEST)).isTrue();
        assertThat(notice.isDue(TIMER, SHORTEST)).isTrue();
        assertThat(notice.isDue(2 * TIMER, SHORTEST)).isTrue();
    }

    @Test
    void theTicksOfAnOverloadDoNotCheckEachTime() {
        int checks = 0;
        for (long now = 0; now < SHORTEST; now += OVERLOAD) {
            checks += notice.isDue(now, SHORTEST) ? 1 : 0;
        }

        assertThat(checks).isBetween(8, 16);
    }
}

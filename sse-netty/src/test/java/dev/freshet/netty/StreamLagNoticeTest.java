package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StreamLagNoticeTest {
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
}

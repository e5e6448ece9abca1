package dev.freshet.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HubTimeTest {
    private static final Duration CENTURY = Duration.ofDays(36_500);

    private final TestClock clock = new TestClock();
    private final TestClock ticker = new TestClock();
    private final HubTime time = new HubTime(clock, ticker::nanos);

    @Test
    void theUptimeBeginsWithTheHub() {
        assertThat(time.uptime()).isZero();
        ticker.advance(Duration.ofMillis(70));
        clock.advance(Duration.ofMillis(5));

        assertThat(time.uptime()).isEqualTo(70);
        assertThat(time.millis()).isEqualTo(TestClock.START + 5);
    }

    @Test
    void aFractionOfAMillisecondDoesNotCount() {
        long[] nanos = {0};
        HubTime fine = new HubTime(clock, () -> nanos[0]);
        nanos[0] = 1_999_999;

        assertThat(fine.uptime()).isOne();
    }

    @Test
    void anEventIsWrittenNow() {
        ticker.advance(Duration.ofMillis(70));

        assertThat(time.uptimeOfNext(TestClock.START - 50, false)).isEqualTo(70);
    }

    @Test
    void anEventOfBeforeIsAsOldAsItsTimeTells() {
        assertThat(time.uptimeOfNext(TestClock.START - 50, true)).isEqualTo(-50);
    }

    @Test
    void anEventOfBeforeIsNotWrittenInTheFuture() {
        assertThat(time.uptimeOfNext(TestClock.START + 50, true)).isZero();
    }

    @Test
    void noEventIsOlderThanTheOneBefore() {
        time.uptimeOfNext(TestClock.START - 50, true);

        assertThat(time.uptimeOfNext(TestClock.START - 80, true)).isEqualTo(-50);
        assertThat(time.uptimeOfNext(TestClock.START - 20, true)).isEqualTo(-20);
    }

    @Test
    void theNewestTimeOfAnEntryNeverGoesBack() {
        assertThat(time.newestEntry()).isZero();
        time.entry(70);
        time.entry(50);

        assertThat(time.newestEntry()).isEqualTo(70);
    }

    @Test
    void aTimeOfDayIsAnUptimeByItsAge() {
        ticker.advance(Duration.ofMillis(70));

        assertThat(time.uptimeAt(clock.instant().minusMillis(100))).isEqualTo(-30);
        assertThat(time.uptimeAt(clock.instant().plusMillis(100))).isEqualTo(170);
        assertThat(time.uptimeAt(clock.instant().minusMillis(100).plusNanos(1))).isEqualTo(-30);
    }

    @Test
    void anAgeOfACenturyIsTheLongestThatCounts() {
        assertThat(time.uptimeAt(clock.instant().minus(CENTURY))).isEqualTo(-CENTURY.toMillis());
        assertThat(time.uptimeAt(clock.instant().plus(CENTURY))).isEqualTo(CENTURY.toMillis());
        assertThat(time.uptimeAt(clock.instant().minus(CENTURY).minusNanos(1))).isEqualTo(Long.MIN_VALUE);
        assertThat(time.uptimeAt(clock.instant().plus(CENTURY).plusNanos(1))).isEqualTo(Long.MAX_VALUE);
        assertThat(time.uptimeAt(Instant.MIN)).isEqualTo(Long.MIN_VALUE);
        assertThat(time.uptimeAt(Instant.MAX)).isEqualTo(Long.MAX_VALUE);
    }
}

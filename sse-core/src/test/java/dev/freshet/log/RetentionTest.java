package dev.freshet.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RetentionTest {
    private static void refused(String message, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @Test
    void theDefaultsAreAsDocumented() {
        Retention defaults = Retention.defaults();

        assertThat(defaults.maxEvents()).isEqualTo(100_000);
        assertThat(defaults.maxBytes()).isEqualTo(16 << 20);
        assertThat(defaults.maxAge()).isEqualTo(Duration.ofMinutes(10));
        assertThat(defaults.hubBytes()).isGreaterThanOrEqualTo(defaults.maxBytes());
    }

    @Test
    void noEventsAreRefused() {
        refused(
                "retention.maxEvents: 0 (expected: > 0)",
                () -> Retention.builder().maxEvents(0).build());
    }

    @Test
    void fewerThan1024BytesAreRefused() {
        refused(
                "retention.maxBytes: 1023 (expected: >= 1024)",
                () -> Retention.builder().maxBytes(1023).build());
    }

    @Test
    void noAgeIsRefused() {
        refused(
                "retention.maxAge: PT0S (expected: > 0)",
                () -> Retention.builder().maxAge(Duration.ZERO).build());
    }

    @Test
    void aNegativeAgeIsRefused() {
        refused(
                "retention.maxAge: PT-1S (expected: > 0)",
                () -> Retention.builder().maxAge(Duration.ofSeconds(-1)).build());
    }

    @Test
    void aHubBudgetBelowATopicsBytesIsRefused() {
        refused(
                "retention.hubBytes: 2047 (expected: >= maxBytes, 2048)",
                () -> Retention.builder().maxBytes(2048).hubBytes(2047).build());
    }

    @Test
    void noHubBudgetIsRefused() {
        refused("retention.hubBytes: 0 (expected: > 0)", () -> Retention.builder()
                .hubBytes(0));
    }

    @Test
    void theDefaultHubBudgetIsNeverBelowATopicsBytes() {
        assertThat(Retention.builder().maxBytes(1L << 50).build().hubBytes()).isEqualTo(1L << 50);
    }

    @Test
    void anAgeTooLongForMillisecondsKeepsForEver() {
        Retention retention =
                Retention.builder().maxAge(Duration.ofSeconds(Long.MAX_VALUE)).build();

        assertThat(retention.oldestMillis(TestClock.START)).isEqualTo(Long.MIN_VALUE);
    }
}

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

    @Test
    void fewerThanNoEventsAreRefused() {
        refused("retention.maxEvents: -1 (expected: >= 0)", () -> new Retention(-1, 1024, Duration.ofSeconds(1), 1024));
    }

    @Test
    void theLeastOfEachBoundIsTaken() {
        Retention least = Retention.builder()
                .maxEvents(1)
                .maxBytes(1024)
                .maxAge(Duration.ofNanos(1))
                .hubBytes(1024)
                .build();

        assertThat(least).isEqualTo(new Retention(1, 1024, Duration.ofNanos(1), 1024));
    }

    @Test
    void aTopicMayTakeHalfOfAHubUpToSixteenMebibytesAndAtLeast1024BytesUnlessSet() {
        assertThat(Retention.builder().hubBytes(8 << 20).build().maxBytes()).isEqualTo(4 << 20);
        assertThat(Retention.builder().hubBytes(64 << 20).build().maxBytes()).isEqualTo(16 << 20);
        assertThat(Retention.builder().hubBytes(1025).build().maxBytes()).isEqualTo(1024);
    }

    @Test
    void aHubMayTakeAnEighthOfTheHeapUnlessSet() {
        long share = Runtime.getRuntime().maxMemory() / 8;

        assertThat(Retention.builder().maxBytes(1024).build().hubBytes()).isEqualTo(share);
        assertThat(Retention.none().hubBytes()).isEqualTo(Math.max(256 << 10, share));
    }

    @Test
    void aTopicIsOverItsBoundsByOneEventOrOneByte() {
        Retention retention = Retention.builder().maxEvents(7).maxBytes(2048).build();

        assertThat(retention.isOver(7, 2048)).isFalse();
        assertThat(retention.isOver(8, 2048)).isTrue();
        assertThat(retention.isOver(7, 2049)).isTrue();
    }

    @Test
    void aTopicThatRetainsNothingIsBoundedByBytesAlone() {
        assertThat(Retention.none().isOver(1_000_000, 256 << 10)).isFalse();
        assertThat(Retention.none().isOver(1, (256 << 10) + 1)).isTrue();
    }

    @Test
    void aTopicRetainsNoMoreThanTheHub() {
        Retention retention = Retention.builder().maxBytes(4096).hubBytes(8192).build();

        assertThat(retention.within(2048).maxBytes()).isEqualTo(2048);
        assertThat(retention.within(6000)).isEqualTo(new Retention(100_000, 4096, Duration.ofMinutes(10), 6000));
    }

    @Test
    void segmentsDoubleFromSmallToAnEighthOfWhatTheTopicMayRetain() {
        Retention retention = Retention.builder().maxBytes(9000).build();

        assertThat(retention.segmentBytes(0, 1)).isEqualTo(256);
        assertThat(retention.segmentBytes(256, 1)).isEqualTo(512);
        assertThat(retention.segmentBytes(512, 512)).isEqualTo(1024);
        assertThat(retention.segmentBytes(1024, 1)).isEqualTo(1024);
    }

    @Test
    void noSegmentIsLargerThan128KibibytesOrSmallerThan256Bytes() {
        assertThat(Retention.builder().maxBytes(64 << 20).build().segmentBytes(128 << 10, 1))
                .isEqualTo(128 << 10);
        assertThat(Retention.builder().maxBytes(1024).build().segmentBytes(256, 1))
                .isEqualTo(256);
    }

    @Test
    void anEventThatIsLargerThanASegmentHasOneOfItsOwnInWholeWords() {
        Retention retention = Retention.builder().maxBytes(1 << 20).build();

        assertThat(retention.segmentBytes(256, 512)).isEqualTo(512);
        assertThat(retention.segmentBytes(256, 513)).isEqualTo(520);
        assertThat(retention.segmentBytes(256, 520)).isEqualTo(520);
        assertThat(retention.segmentBytes(256, 300_001)).isEqualTo(300_008);
    }

    @Test
    void anEventIsTooOldAfterItsAge() {
        assertThat(Retention.builder().maxAge(Duration.ofMillis(70)).build().oldestMillis(100))
                .isEqualTo(30);
    }

    @Test
    void noBytesAreRefusedAndNotTakenForTheDefault() {
        refused("retention.maxBytes: 0 (expected: >= 1024)", () -> Retention.builder()
                .maxBytes(0));
    }
}

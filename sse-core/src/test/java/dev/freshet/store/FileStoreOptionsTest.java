package dev.freshet.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which options a store in files has, and which it refuses. */
class FileStoreOptionsTest {
    private static FileEventStore.Builder builder() {
        return FileEventStore.builder(Path.of("never-opened"));
    }

    @Test
    void aStoreOfTheDefaultsIsOfOneProcessAndForgetsKeys(@TempDir Path folder) {
        try (FileEventStore store = FileEventStore.open(folder)) {
            assertThat(store.isShared()).isFalse();
            assertThat(store.isIdempotent()).isFalse();
            assertThat(store.stats()).isEqualTo(StoreStats.unknown());
        }
    }

    @Test
    void anAgeOfEntriesIsAtMostACentury() {
        Duration century = Duration.ofDays(36_500);
        assertThat(builder().maxAge(century.minusMillis(1)).maxAgeMillis()).isEqualTo(century.toMillis() - 1);
        assertThat(builder().maxAge(Duration.ofSeconds(Long.MAX_VALUE)).maxAgeMillis())
                .isEqualTo(century.toMillis());
    }

    @Test
    void theBoundsThemselvesAreAllowed() {
        assertThatCode(() -> builder()
                        .maxBytes(65_536)
                        .waitingBytes(65_536)
                        .maxAge(Duration.ofNanos(1))
                        .endAge(Duration.ofMillis(1))
                        .endAge(Duration.ofDays(365))
                        .fsync(Fsync.every(Duration.ofMillis(1), Runnable::run))
                        .fsync(Fsync.every(Duration.ofHours(1), Runnable::run)))
                .doesNotThrowAnyException();
    }

    @Test
    void fewerBytesThan64KiBAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().maxBytes(65_535))
                .withMessage("maxBytes: 65535 (expected: >= 65536)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().waitingBytes(65_535))
                .withMessage("waitingBytes: 65535 (expected: >= 65536)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S"})
    void anAgeOfEntriesThatIsNotAboveZeroIsRefused(Duration age) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().maxAge(age))
                .withMessage("maxAge: " + age + " (expected: > 0)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0.000999999S", "PT8760H0.000000001S"})
    void anAgeOfEndsOutOfItsBoundsIsRefused(Duration age) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().endAge(age))
                .withMessage("endAge: " + age + " (expected: 1 ms to 365 days)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0.000999999S", "PT1H0.000000001S"})
    void anIntervalOfForcingOutOfItsBoundsIsRefused(Duration interval) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Fsync.every(interval, Runnable::run))
                .withMessage("fsync.every: " + interval + " (expected: 1 ms to 1 hour)");
    }
}

package dev.freshet.hub;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.event.SseEvent;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which options a hub has, and which it refuses. */
class HubOptionsTest {
    @Test
    void theBoundsThemselvesAreAllowed() {
        assertThatCode(() -> SseHub.builder()
                        .storeStart(StoreStart.FAIL, Duration.ofMillis(1))
                        .storeStart(StoreStart.FAIL, Duration.ofHours(1))
                        .eventIdBytes(1)
                        .eventIdBytes(Integer.MAX_VALUE)
                        .forgottenFloors(1 << 24)
                        .forgottenFloors(1)
                        .endRetention(Duration.ofMillis(1))
                        .endRetention(Duration.ofDays(365))
                        .linger(Duration.ZERO)
                        .linger(Duration.ofSeconds(1))
                        .aheadPatience(Duration.ZERO)
                        .aheadPatience(Duration.ofMinutes(1))
                        .lease("a", Duration.ofSeconds(15), SseEvent.of("last"))
                        .lease("b", Duration.ofHours(1), SseEvent.of("last"))
                        .build()
                        .close())
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0.000999999S", "PT8760H0.000000001S"})
    void aRetentionOfEndsOutOfItsBoundsIsRefused(Duration time) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SseHub.builder().endRetention(time))
                .withMessage("endRetention: " + time + " (expected: 1 ms to 365 days)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-0.000000001S", "PT1.000000001S"})
    void aLingerOutOfItsBoundsIsRefused(Duration time) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SseHub.builder().linger(time))
                .withMessage("linger: " + time + " (expected: 0 to 1 second)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-0.000000001S", "PT1M0.000000001S"})
    void aPatienceWithPositionsAheadOutOfItsBoundsIsRefused(Duration time) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SseHub.builder().aheadPatience(time))
                .withMessage("aheadPatience: " + time + " (expected: 0 to 1 minute)");
    }
}

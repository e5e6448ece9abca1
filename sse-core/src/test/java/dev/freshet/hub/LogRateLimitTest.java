package dev.freshet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LogRateLimitTest {
    private static final long EVERY = 60_000_000_000L;

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - EVERY / 2); // it overflows meanwhile
    private final LogRateLimit limit = new LogRateLimit(Duration.ofMinutes(1), nanos::get);

    @Test
    void theFirstMessageIsDueAtOnceAndTheNextOneAfterTheInterval() {
        assertThat(limit.isDue()).isTrue();
        assertThat(limit.isDue()).isFalse();
        nanos.addAndGet(EVERY - 1);
        assertThat(limit.isDue()).isFalse();
        nanos.addAndGet(1);
        assertThat(limit.isDue()).isTrue();
        assertThat(limit.isDue()).isFalse();
    }

    @Test
    void messagesThatWereNotAskedForAreNotSavedUp() {
        nanos.addAndGet(10 * EVERY);
        assertThat(limit.isDue()).isTrue();
        nanos.addAndGet(EVERY - 1);
        assertThat(limit.isDue()).isFalse();
    }

    @Test
    void itsTimeIsThatOfTheSystemByDefault() {
        assertThat(new LogRateLimit(Duration.ofDays(1)).isDue()).isTrue();
    }
}

package dev.freshet.netty;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Warns of an application's code that holds an event loop: every stream and request of the loop waits for it. Two readings of the
 * clock for each call, and one warning a minute at most. Thread-safe.
 */
final class EventLoopHoldWatch {
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final LongSupplier ticker;
    /** No warning before that. */
    private final AtomicLong quietUntil;

    /** @param ticker nanoseconds since any time */
    EventLoopHoldWatch(LongSupplier ticker) {
        this.ticker = ticker;
        this.quietUntil = new AtomicLong(ticker.getAsLong());
    }

    /** The code is called now. */
    long begin() {
        return ticker.getAsLong();
    }

    /**
     * The code has returned, or thrown.
     *
     * @param began what {@link #begin} returned
     * @param code what it is, such as {@code endpoint}
     * @param which of them; only its text, and only where it is told of
     */
    void end(long began, String code, Object which) {
        long now = ticker.getAsLong();
        if (now - began <= LONGEST_NANOS) {
            return;
        }
        long quiet = quietUntil.get();
        if (now - quiet >= 0 && quietUntil.compareAndSet(quiet, now + QUIET_NANOS)) {
            Log.warn(
                    "{} {} held an event loop for {} ms (expected: at most {}, for all streams of the loop wait; a first call"
                            + " also loads its classes; code that blocks runs on an executor: SseEndpoint.blocking,"
                            + " SseReply.when, SseSnapshot)",
                    code,
                    which,
                    TimeUnit.NANOSECONDS.toMillis(now - began),
                    TimeUnit.NANOSECONDS.toMillis(LONGEST_NANOS));
        }
    }
}

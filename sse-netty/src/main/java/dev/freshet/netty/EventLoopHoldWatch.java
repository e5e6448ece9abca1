package dev.freshet.netty;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A watch for code of an application that blocks an event loop, and so delays all streams and requests of the loop.
 * Each call reads the clock twice; at most one warning a minute is logged. Thread-safe.
 */
final class EventLoopHoldWatch {
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final LongSupplier ticker;
    /** The time before which no further warning is logged. */
    private final AtomicLong quietUntil;

    /**
     * Creates a watch.
     *
     * @param ticker nanoseconds since an arbitrary origin
     */
    EventLoopHoldWatch(LongSupplier ticker) {
        this.ticker = ticker;
        this.quietUntil = new AtomicLong(ticker.getAsLong());
    }

    /** Returns the time at which the code is called. */
    long begin() {
        return ticker.getAsLong();
    }

    /**
     * Called when the code has returned or thrown.
     *
     * @param began the result of {@link #begin}
     * @param code the kind of code, such as {@code endpoint}
     * @param which the instance; its text is used only for a warning
     */
    void end(long began, String code, Object which) {
        long now = ticker.getAsLong();
        if (now - began <= LONGEST_NANOS) {
            return;
        }
        FlightEvents.held(code, which, now - began);
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

package dev.freshet.netty.redis;

import java.util.concurrent.TimeUnit;

/**
 * An estimate of the clock of Redis, from its last reply. It may be behind by the time that the reply took. Confined to
 * the appender's thread.
 */
final class RedisClock {
    private final OwnThread own = new OwnThread();
    private boolean isKnown;
    private long time;
    private long readAt;

    /** Returns whether Redis has replied with a time. */
    boolean isKnown() {
        return isKnown;
    }

    /** Sets the time of a reply, in milliseconds since the epoch. */
    void set(long millis) {
        assert own.isCurrent();
        isKnown = true;
        time = millis;
        readAt = System.nanoTime();
    }

    /** Converts a time of {@link System#nanoTime()} to milliseconds since the epoch. */
    long at(long nanoTime) {
        return time + TimeUnit.NANOSECONDS.toMillis(nanoTime - readAt);
    }
}

package dev.freshet.netty.redis;

import java.util.concurrent.TimeUnit;

/** Redis's clock, as its last answer told it, or somewhat behind. Confined to the appender's thread. */
final class RedisClock {
    private boolean isKnown;
    private long told;
    private long toldAt;

    boolean isKnown() {
        return isKnown;
    }

    /** What an answer tells, in milliseconds since the epoch. */
    void set(long millis) {
        isKnown = true;
        told = millis;
        toldAt = System.nanoTime();
    }

    /** What it shows at a time of {@link System#nanoTime()}, in milliseconds since the epoch. */
    long at(long nanoTime) {
        return told + TimeUnit.NANOSECONDS.toMillis(nanoTime - toldAt);
    }
}

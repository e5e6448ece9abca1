package dev.freshet.examples.load.client;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The back-off of retries: at once at first, then after a growing, randomized delay, until they have failed for too
 * long. Not thread-safe.
 */
final class Retry {

    private static final long SHORTEST_MILLIS = 10;
    private static final int LONGEST_SHIFT = 7;

    private final long patience;
    private int tries;
    private long since;

    /**
     * Creates a back-off before the first retry.
     *
     * @param patience how long retries may fail
     */
    Retry(Duration patience) {
        this.patience = patience.toNanos();
    }

    /** Returns the delay before the next retry in milliseconds; negative if retries have failed for too long. */
    long next() {
        long now = System.nanoTime();
        since = tries == 0 ? now : since;
        if (now - since > patience) {
            return -1;
        }
        if (tries++ == 0) {
            return 0;
        }
        long most = SHORTEST_MILLIS << Math.min(tries, LONGEST_SHIFT);
        return ThreadLocalRandom.current().nextLong(most / 2, most);
    }

    /** Resets the back-off. */
    void succeeded() {
        tries = 0;
    }
}

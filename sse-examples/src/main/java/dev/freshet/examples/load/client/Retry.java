package dev.freshet.examples.load.client;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** When to try again: at once, and then after a while that grows and has some chance in it, until it has failed for too long. Confined. */
final class Retry {

    private static final long SHORTEST_MILLIS = 10;
    private static final int LONGEST_SHIFT = 7;

    private final long patience;
    private int tries;
    private long since;

    /**
     * One that nothing was tried by.
     *
     * @param patience how long it may fail
     */
    Retry(Duration patience) {
        this.patience = patience.toNanos();
    }

    /** In how many milliseconds to try again; below 0 where it has failed for too long. */
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

    void succeeded() {
        tries = 0;
    }
}

package dev.freshet.log;

import java.util.Arrays;

/** The wakers of a log. Changed under the lock of {@link HubLog}; any thread may wake. */
final class Wakers {
    private static final Waker[] NOBODY = {};

    private volatile Waker[] all = NOBODY;

    void add(Waker waker) {
        Waker[] grown = Arrays.copyOf(all, all.length + 1);
        grown[all.length] = waker;
        all = grown;
    }

    void remove(Waker waker) {
        all = Arrays.stream(all).filter(w -> w != waker).toArray(Waker[]::new);
    }

    /**
     * Calls all wakers. Not called under the lock.
     *
     * @param linger the nanoseconds for which readers may wait, or 0
     */
    void wake(long linger) {
        for (Waker waker : all) {
            if (linger > 0) {
                waker.wakeWithin(linger);
            } else {
                waker.wake();
            }
        }
    }
}

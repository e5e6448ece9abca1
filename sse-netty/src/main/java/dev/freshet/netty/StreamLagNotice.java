package dev.freshet.netty;

/**
 * Decides when the listener is told that a stream lags: at the first check that finds it behind, and each time that the
 * number of events has doubled since. One for each time that bytes of a stream wait. Not thread-safe.
 */
final class StreamLagNotice {
    private long told;

    /** Returns whether the listener is to be told this number of events, and notes that it is. */
    boolean isToTell(long events) {
        if (events == 0) {
            told = 0;
        }
        boolean isToTell = events >= Math.max(1, 2 * told);
        if (isToTell) {
            told = events;
        }
        return isToTell;
    }
}

package dev.freshet.netty;

/**
 * Decides when the listener is told that a stream lags: at the first check that finds it behind, and each time that the
 * number of events has doubled since. One for each time that bytes of a stream wait. Confined to the event loop of the stream.
 */
final class StreamLagNotice {
    /** The checks in the shortest of the times that a timer enforces; the timer makes half as many. */
    private static final int CHECKS = 16;

    private boolean isChecked;
    private long checkNanos;
    private long told;

    /**
     * Returns whether the lag is to be checked at a tick, and notes the check: a tick that is sooner after the last
     * check than one of the timer can be is passed over.
     *
     * @param shortest the shortest of the times that a timer enforces, in nanoseconds
     */
    boolean isDue(long now, long shortest) {
        if (isChecked && now - checkNanos < shortest / CHECKS) {
            return false;
        }
        isChecked = true;
        checkNanos = now;
        return true;
    }

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

package dev.freshet.log;

/**
 * The sums over all logs of a hub, kept where a log changes, so that no pass over the logs is needed. Guarded by the
 * lock of {@link HubLog}.
 */
final class LogTotals {
    private int running;
    private long events;
    private long bytes;

    /** Counts events that are retained and their encoded bytes; negative numbers count evicted ones. */
    void retained(int moreEvents, long moreBytes) {
        events += moreEvents;
        bytes += moreBytes;
        assert events >= 0 && bytes >= 0;
    }

    /** Counts topics that were started and have not ended; a negative number counts topics that have ended. */
    void running(int more) {
        running += more;
        assert running >= 0;
    }

    int running() {
        return running;
    }

    long events() {
        return events;
    }

    long bytes() {
        return bytes;
    }
}

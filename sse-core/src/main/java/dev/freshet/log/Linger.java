package dev.freshet.log;

/**
 * The time for which the followers of one topic may wait for more events before they read. It is 0 after each number of
 * events that is a quarter of what the topic retains, or fills a batch, so that a follower does not lag out of its topic
 * by waiting. Guarded by the lock of {@link HubLog}.
 */
final class Linger {
    /** No time. It counts nothing, and is shared. */
    private static final Linger NONE = new Linger(0, Integer.MAX_VALUE, Long.MAX_VALUE);

    /** The bytes of a batch that followers share. */
    private static final int MOST_BYTES = 64 << 10;

    /** The part of what is retained that may wait: one in this number. */
    private static final int SHARE = 4;

    private final long nanos;
    private final int mostEvents;
    private final long mostBytes;
    private int events;
    private long bytes;

    private Linger(long nanos, int mostEvents, long mostBytes) {
        this.nanos = nanos;
        this.mostEvents = mostEvents;
        this.mostBytes = mostBytes;
    }

    /** Returns the linger of a topic, which is at most a quarter of the age of its events. */
    static Linger of(long nanos, Retention retention) {
        if (nanos == 0) {
            return NONE;
        }
        return new Linger(
                Math.max(1, Math.min(nanos, retention.maxMillis() / SHARE * LogOptions.NANOS)),
                retention.isResumable() ? Math.max(1, retention.maxEvents() / SHARE) : Integer.MAX_VALUE,
                Math.min(MOST_BYTES, retention.maxBytes() / SHARE));
    }

    /** Counts an event; returns the nanoseconds for which followers may wait before they read it. */
    long appended(int size, boolean isUrgent) {
        if (nanos == 0) {
            return 0;
        }
        events++;
        bytes += size;
        if (!isUrgent && events < mostEvents && bytes < mostBytes) {
            return nanos;
        }
        events = 0;
        bytes = 0;
        return 0;
    }
}

package dev.freshet.netty;

/**
 * How many events a finite stream asks its publisher for, so that what comes fits into the channel: as many of the
 * largest seen of late as there is room for. The first is asked for alone. Confined to the event loop.
 */
final class Demand {
    /** More at a time gains nothing. */
    private static final int MOST = 64;

    /** Asked for and not taken yet. */
    private int outstanding;

    private int large;

    /**
     * How many more to ask for; 0 while at least half of what fits is still to come, so that it is not asked one by one.
     *
     * @param room how many bytes the channel takes before it is full
     */
    int more(long room) {
        if (room <= 0) {
            return 0;
        }
        int fitting = large == 0 ? 1 : (int) Math.max(1, Math.min(MOST, room / large));
        return outstanding > fitting / 2 ? 0 : fitting - outstanding;
    }

    void asked(int events) {
        outstanding += events;
    }

    /** An event of so many bytes came; the largest is forgotten step by step. */
    void came(int bytes) {
        outstanding--;
        large = Math.max(bytes, large - large / 16);
    }
}

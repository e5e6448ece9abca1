package dev.freshet.log;

/**
 * The pass over all logs that evicts events that are too old, and forgets idle topics. Guarded by the lock of {@link
 * HubLog}.
 *
 * <p>Each call visits some of the logs. A pass begins when it is due, or when there are twice as many logs as the last
 * pass left. It visits {@value #LOOKS_PER_NEW} logs for each new one. The number of logs therefore grows by at most a
 * quarter during a pass, and there are never more than a few times as many idle topics as others.
 */
final class TopicsPass implements Sweep.Work {
    private static final int LOOKS = 64;
    private static final int LOOKS_PER_NEW = 4;

    /** The logs that a call of the timer visits. */
    private static final int MORE_LOOKS = 256;

    private static final int FEW = 1024;

    /** The shortest time between two passes, in milliseconds. */
    private static final long SHORTEST_PERIOD = 1_000;

    private static final long LONGEST_PERIOD = 60_000;

    private final LogState state;
    private final Topics topics;

    /** The index at which the pass continues, or -1 between two passes. */
    private int index = -1;

    private int fresh;
    private long nextMillis;
    private int nextSize = FEW;

    TopicsPass(LogState state, Topics topics, long now) {
        this.state = state;
        this.topics = topics;
        this.nextMillis = now + delayMillis();
    }

    /** Notes that there is one more log. */
    void begun() {
        fresh++;
    }

    void proceedIfDue(long now) {
        int looks = LOOKS + LOOKS_PER_NEW * fresh;
        fresh = 0;
        if (index >= 0 || now >= nextMillis || topics.all().size() >= nextSize) {
            proceed(now, looks);
        }
    }

    /** Visits some logs because new topics are soon to be refused. */
    void proceedForRoom(long now) {
        proceed(now, LOOKS);
    }

    @Override
    public boolean isNeeded() {
        return state.segments().hasAny() || topics.hasEnds();
    }

    @Override
    public long delayMillis() {
        return Math.max(
                SHORTEST_PERIOD, Math.min(LONGEST_PERIOD, state.retentions().shortestMillis() / 8));
    }

    @Override
    public boolean part() {
        return proceed(state.time().uptime(), MORE_LOOKS);
    }

    /** Continues the pass, or begins one; returns whether there is more to visit. */
    private boolean proceed(long now, int most) {
        assert state.isLocked();
        topics.expireEnds();
        int last = topics.all().size() - 1;
        index = index < 0 ? last : Math.min(index, last);
        for (int looks = most; looks > 0 && index >= 0; looks--, index--) {
            topics.expire(topics.all().get(index), now);
        }
        if (index < 0) {
            nextMillis = now + delayMillis();
            nextSize = Math.max(FEW, 2 * topics.all().size());
        }
        return index >= 0;
    }
}

package dev.freshet.log;

/**
 * Drops what topics retained for long enough, and forgets those that nobody needs. Guarded by the lock of {@link HubLog}.
 *
 * <p>The sweep passes over all logs, some at each call. A pass begins when its time has come, or when there are twice as
 * many logs as the last one left. It looks at {@value #LOOKS_PER_NEW} logs for each new one, so its end sees at most a
 * quarter more than its beginning, and the idle are never more than a few times as many as the others.
 */
final class TopicsPass implements Sweep.Work {
    private static final int LOOKS = 64;
    private static final int LOOKS_PER_NEW = 4;

    /** Of the timer. */
    private static final int MORE_LOOKS = 256;

    private static final int FEW = 1024;

    /** Between two passes, in milliseconds. */
    private static final long SHORTEST_PERIOD = 1_000;

    private static final long LONGEST_PERIOD = 60_000;

    private final LogState state;
    private final Topics topics;

    /** Where it goes on, or -1 between two passes. */
    private int place = -1;

    private int fresh;
    private long nextMillis;
    private int nextSize = FEW;

    TopicsPass(LogState state, Topics topics, long now) {
        this.state = state;
        this.topics = topics;
        this.nextMillis = now + delayMillis();
    }

    /** There is one log more. */
    void begun() {
        fresh++;
    }

    void proceedIfDue(long now) {
        int looks = LOOKS + LOOKS_PER_NEW * fresh;
        fresh = 0;
        if (place >= 0 || now >= nextMillis || topics.all().size() >= nextSize) {
            proceed(now, looks);
        }
    }

    /** Others are soon to be refused. */
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

    /** Goes on with a pass, or begins one; returns whether it goes on. */
    private boolean proceed(long now, int most) {
        topics.expireEnds();
        int last = topics.all().size() - 1;
        place = place < 0 ? last : Math.min(place, last);
        for (int looks = most; looks > 0 && place >= 0; looks--, place--) {
            topics.expire(topics.all().get(place), now);
        }
        if (place < 0) {
            nextMillis = now + delayMillis();
            nextSize = Math.max(FEW, 2 * topics.all().size());
        }
        return place >= 0;
    }
}

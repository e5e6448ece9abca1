package dev.freshet.log;

/**
 * The sweep of what is kept for about a second: events of topics that retain nothing, and snapshots that are not read
 * any more.
 */
record ShortLivedPass(LogState state, Topics topics, Snapshots snapshots) implements Sweep.Work {
    private static final long DELAY_MILLIS = 500;

    @Override
    public boolean isNeeded() {
        return topics.hasFleeting() || !snapshots.isEmpty();
    }

    @Override
    public long delayMillis() {
        return DELAY_MILLIS;
    }

    @Override
    public boolean part() {
        assert state.isLocked();
        long uptime = state.time().uptime();
        topics.expireFleeting(uptime);
        snapshots.expire(uptime);
        return false;
    }
}

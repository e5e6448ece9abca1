package dev.freshet.log;

/** Drops what topics retained for long enough, and forgets those that nobody needs. */
record TopicsPass(HubLog owner, Topics topics) implements Sweep.Work {
    private static final int LOOKS_AT_A_TIME = 256;

    @Override
    public boolean isNeeded() {
        return owner.budget().hasSegments() || topics.hasEnds();
    }

    @Override
    public long delayMillis() {
        return topics.period();
    }

    @Override
    public boolean part() {
        return topics.pass(owner.time().uptime(), LOOKS_AT_A_TIME);
    }
}

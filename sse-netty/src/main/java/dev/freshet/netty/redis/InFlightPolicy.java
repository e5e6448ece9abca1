package dev.freshet.netty.redis;

/** What becomes of an append that comes while as much is in flight as may be. */
public enum InFlightPolicy {
    /** It fails at once. */
    FAIL,
    /**
     * Its caller waits until there is room, in the order in which callers came, and not longer than {@link
     * RedisEventStoreBuilder#appendTimeout}, in which the append has to be done then; an interrupt ends the wait, and stays. So {@link
     * dev.freshet.hub.SseHub#publish} blocks. Each caller waits with one entry, so that what waits is bounded by the threads that
     * publish.
     *
     * <p>Threads of Netty, of this store and of a {@link java.util.concurrent.ForkJoinPool} must not block: on them it fails at once.
     * That an event loop is Netty's is seen by its {@link io.netty.util.concurrent.FastThreadLocalThread}, which Netty makes unless it
     * is given a thread factory that makes others: do not wait with those.
     */
    WAIT
}

package dev.freshet.netty.redis;

/** The policy for an append over the bounds of what is in flight. */
public enum InFlightPolicy {
    /** The append fails at once. */
    FAIL,
    /**
     * The calling thread waits until there is room: {@link dev.freshet.hub.SseHub#publish} blocks. Threads obtain room
     * in the order of their calls. {@link RedisEventStoreBuilder#appendTimeout} bounds the wait and the append
     * together. An interrupt ends the wait, and the thread stays interrupted. Each thread waits with one entry, so the
     * number of publishing threads bounds the number of waiting entries.
     *
     * <p>Threads of Netty, of this store, of a {@link java.util.concurrent.ForkJoinPool} and of the JDK's timers must
     * not block: on them the append fails at once. A thread of Netty is recognized by its class, {@link
     * io.netty.util.concurrent.FastThreadLocalThread}. Netty creates such threads unless a thread factory of the
     * application creates others. Do not use this policy with those, nor with the event loops of other frameworks.
     */
    WAIT
}

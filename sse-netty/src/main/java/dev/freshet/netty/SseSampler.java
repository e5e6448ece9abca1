package dev.freshet.netty;

import dev.freshet.log.CursorLag;

/**
 * A receiver of samples of a handler or server: {@link SseServer#addSampler}, {@link SseHandler#addSampler}. Samples are
 * bounded in number whatever the load is, and without a sampler nothing is measured. The methods are called on event
 * loops, without a lock, and must not block. If one throws, the failure is logged and has no further effect.
 * Implementations must be thread-safe.
 */
public interface SseSampler {
    /**
     * Called with the lag of an open hub's stream, about eight times in the shortest of the times that a handler
     * enforces, such as the heartbeat, for up to 64 streams of each event loop, evenly chosen.
     */
    default void lag(CursorLag lag) {}

    /**
     * Called with the time from the publishing of an event to its handing over to the operating system for one stream,
     * up to 100 times a second for each event loop. The stream is chosen at random among those that follow the topic and
     * take the event at once: what waits behind a slow client is its lag. With a store the time begins when the store's
     * tail delivers the event.
     *
     * @param nanos the time in nanoseconds, above 0
     */
    default void latency(long nanos) {}

    /**
     * Called with the time for which the timer of an event loop was late, because the loop was held by other work; as
     * often as {@link #lag}, while the loop has streams.
     *
     * @param nanos the time in nanoseconds, 0 or above
     */
    default void loopDelay(long nanos) {}
}

package dev.freshet.log;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What each topic of a hub retains: by its name, else by the longest beginning of it that has a retention, else as the hub.
 *
 * <p>Immutable and thread-safe.
 */
public final class Retentions {
    private final Retention hub;
    private final TopicPatterns<Retention> byPattern;

    /**
     * The retentions of a hub.
     *
     * @param hub for topics that no pattern fits, and the memory of all
     * @param byPattern by patterns that {@link TopicPatterns#check} allows. No topic retains more bytes than the hub
     */
    public Retentions(Retention hub, Map<String, Retention> byPattern) {
        this.hub = Objects.requireNonNull(hub, "retention");
        Map<String, Retention> bounded = new HashMap<>();
        byPattern.forEach((pattern, retention) -> bounded.put(pattern, retention.within(hub.hubBytes())));
        this.byPattern = new TopicPatterns<>(bounded);
    }

    /** The retention of a topic. */
    Retention of(String topic) {
        Retention own = byPattern.of(topic);
        return own == null ? hub : own;
    }

    /** The memory of all topics, in bytes. */
    long hubBytes() {
        return hub.hubBytes();
    }

    /** The shortest age of all topics that keep something to resume from, in milliseconds. */
    long shortestMillis() {
        AtomicLong shortest = new AtomicLong(hub.maxMillis());
        byPattern.forEach(retention -> shortest.accumulateAndGet(longest(retention), Math::min));
        return shortest.get();
    }

    private static long longest(Retention retention) {
        return retention.isResumable() ? retention.maxMillis() : Long.MAX_VALUE;
    }
}

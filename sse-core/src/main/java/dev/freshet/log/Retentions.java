package dev.freshet.log;

import dev.freshet.topic.TopicPatterns;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The retention of each topic of a hub: that of its name, else that of its longest prefix that has one, else that of
 * the hub.
 *
 * <p>Immutable and thread-safe.
 */
public final class Retentions {
    private final Retention hub;
    private final TopicPatterns<Retention> byPattern;

    /**
     * Creates the retentions of a hub.
     *
     * @param hub the retention of topics that no pattern matches, and the memory of all topics
     * @param byPattern retentions by patterns that {@link TopicPatterns#check} allows. No topic retains more bytes than
     *     the hub
     */
    public Retentions(Retention hub, Map<String, Retention> byPattern) {
        this.hub = Objects.requireNonNull(hub, "retention");
        Map<String, Retention> bounded = new HashMap<>();
        byPattern.forEach((pattern, retention) -> bounded.put(pattern, retention.within(hub.hubBytes())));
        this.byPattern = new TopicPatterns<>(bounded);
    }

    /** Returns the retention of a topic. */
    Retention of(String topic) {
        Retention own = byPattern.of(topic);
        return own == null ? hub : own;
    }

    /** Returns the memory of all topics, in bytes. */
    long hubBytes() {
        return hub.hubBytes();
    }

    /** Returns the shortest age of the topics that retain something to resume from, in milliseconds. */
    long shortestMillis() {
        AtomicLong shortest = new AtomicLong(hub.maxMillis());
        byPattern.forEach(retention -> shortest.accumulateAndGet(longest(retention), Math::min));
        return shortest.get();
    }

    private static long longest(Retention retention) {
        return retention.isResumable() ? retention.maxMillis() : Long.MAX_VALUE;
    }
}

package dev.freshet.log;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What each topic of a hub retains: by its name, else by the longest beginning of it that has a retention, else as the hub.
 *
 * <p>Immutable and thread-safe.
 */
public final class Retentions {
    private static final String ANY = "*";

    private record Beginning(String prefix, Retention retention) {}

    private final Retention hub;
    private final Map<String, Retention> byTopic = new HashMap<>();
    /** The longest first. */
    private final List<Beginning> byBeginning = new ArrayList<>();

    /**
     * The retentions of a hub.
     *
     * @param hub for topics that no pattern fits, and the memory of all
     * @param byPattern by patterns that {@link #checkPattern} allows. No topic retains more bytes than the hub
     */
    public Retentions(Retention hub, Map<String, Retention> byPattern) {
        this.hub = Objects.requireNonNull(hub, "retention");
        byPattern.forEach((pattern, retention) -> {
            Retention bounded = retention.within(hub.hubBytes());
            if (pattern.endsWith(ANY)) {
                byBeginning.add(new Beginning(pattern.substring(0, pattern.length() - ANY.length()), bounded));
            } else {
                byTopic.put(pattern, bounded);
            }
        });
        byBeginning.sort(Comparator.comparingInt(
                        (Beginning beginning) -> beginning.prefix().length())
                .reversed());
    }

    /**
     * Checks a pattern: a topic, or the beginning of topics and {@code *}.
     *
     * @throws IllegalArgumentException if it is empty, or has a {@code *} before its end
     */
    public static void checkPattern(String pattern) {
        int star = pattern.indexOf(ANY);
        if (pattern.isEmpty() || star >= 0 && star < pattern.length() - ANY.length()) {
            throw new IllegalArgumentException(
                    "topicPattern: \"" + pattern + "\" (expected: a topic, or the beginning of topics and *)");
        }
    }

    /** The retention of a topic. */
    public Retention of(String topic) {
        Retention own = byTopic.isEmpty() ? null : byTopic.get(topic);
        if (own != null) {
            return own;
        }
        for (int i = 0; i < byBeginning.size(); i++) {
            if (topic.startsWith(byBeginning.get(i).prefix())) {
                return byBeginning.get(i).retention();
            }
        }
        return hub;
    }

    /** The memory of all topics, in bytes. */
    long hubBytes() {
        return hub.hubBytes();
    }

    /** The shortest age of all topics that keep something to resume from, in milliseconds. */
    long shortestMillis() {
        long shortest = hub.maxMillis();
        for (Retention retention : byTopic.values()) {
            shortest = Math.min(shortest, longest(retention));
        }
        for (Beginning beginning : byBeginning) {
            shortest = Math.min(shortest, longest(beginning.retention()));
        }
        return shortest;
    }

    private static long longest(Retention retention) {
        return retention.isResumable() ? retention.maxMillis() : Long.MAX_VALUE;
    }
}

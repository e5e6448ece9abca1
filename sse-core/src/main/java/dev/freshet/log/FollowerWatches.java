package dev.freshet.log;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/** The listeners to the followers of a hub's topics. Changed under the lock of {@link HubLog} and called outside it. */
final class FollowerWatches {
    private final LogState state;
    private final Map<String, List<FollowerWatch>> byTopic = new ConcurrentHashMap<>();

    FollowerWatches(LogState state) {
        this.state = state;
    }

    /**
     * Registers a listener; not called under the lock.
     *
     * @param isFollowed returns, under the lock, whether the topic is followed now
     */
    FollowerListener.Registration register(String topic, FollowerListener listener, BooleanSupplier isFollowed) {
        FollowerWatch watch = new FollowerWatch(topic, listener);
        state.locked(() -> {
            byTopic.computeIfAbsent(topic, absent -> new CopyOnWriteArrayList<>())
                    .add(watch);
            watch.followed(isFollowed.getAsBoolean());
        });
        watch.tell();
        return () -> {
            watch.close();
            state.locked(() -> remove(topic, watch));
        };
    }

    private void remove(String topic, FollowerWatch watch) {
        assert state.isLocked();
        byTopic.computeIfPresent(topic, (name, watches) -> {
            watches.remove(watch);
            return watches.isEmpty() ? null : watches;
        });
    }

    /** Returns whether there is a listener to any topic. Any thread may call. */
    boolean hasAny() {
        return !byTopic.isEmpty();
    }

    void followed(TopicLog log) {
        followed(log.topic(), log.followers() > 0);
    }

    void followed(String topic, boolean isFollowed) {
        assert state.isLocked();
        if (hasAny()) {
            byTopic.getOrDefault(topic, List.of()).forEach(watch -> watch.followed(isFollowed));
        }
    }

    /** Calls the listeners to a topic whose followers have changed. Not called under the lock. */
    void tell(String topic) {
        if (hasAny()) {
            byTopic.getOrDefault(topic, List.of()).forEach(FollowerWatch::tell);
        }
    }
}

package dev.freshet.log;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The listeners to the followers of a hub's topics. Changed under the lock of {@link HubLog}, told outside it. */
final class FollowerWatches {
    private final HubLog owner;
    private final Map<String, List<FollowerWatch>> byTopic = new ConcurrentHashMap<>();

    FollowerWatches(HubLog owner) {
        this.owner = owner;
    }

    /** Not under the lock. */
    FollowerListener.Registration register(String topic, FollowerListener listener) {
        FollowerWatch watch = new FollowerWatch(topic, listener);
        owner.locked(() -> {
            byTopic.computeIfAbsent(topic, absent -> new CopyOnWriteArrayList<>())
                    .add(watch);
            watch.followed(owner.topic(topic).followers() > 0);
        });
        watch.tell();
        return () -> {
            watch.close();
            owner.locked(() -> remove(topic, watch));
        };
    }

    private void remove(String topic, FollowerWatch watch) {
        byTopic.computeIfPresent(topic, (name, watches) -> {
            watches.remove(watch);
            return watches.isEmpty() ? null : watches;
        });
    }

    void followed(TopicLog log) {
        followed(log.topic(), log.followers() > 0);
    }

    void followed(String topic, boolean isFollowed) {
        if (!byTopic.isEmpty()) {
            byTopic.getOrDefault(topic, List.of()).forEach(watch -> watch.followed(isFollowed));
        }
    }

    /** Not under the lock. */
    void tell(String topic) {
        if (!byTopic.isEmpty()) {
            byTopic.getOrDefault(topic, List.of()).forEach(FollowerWatch::tell);
        }
    }
}

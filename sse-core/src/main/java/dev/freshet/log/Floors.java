package dev.freshet.log;

import dev.freshet.event.EventId;
import org.jspecify.annotations.Nullable;

/**
 * What a hub still knows of the topics that it forgot: the newest ids that they evicted. Many topics share one floor, by a
 * hash of the name that nobody can foresee; the first forgotten topic takes the memory of all. Guarded by the lock of
 * {@link HubLog}.
 *
 * <p>A topic that was forgotten with a floor raises the floor of those that share it: their clients are told a reset though
 * they missed nothing, where they come back with an older position. Of {@code n} floors and {@code k} such topics that is
 * the share {@code 1 - (1 - 1/n)^k} of the quiet topics.
 */
final class Floors {
    private final NameHash hash;
    private final int count;
    /** Below it everything is gone, whatever the topic. */
    private EventId common;

    private @Nullable EventId @Nullable [] floors;

    Floors(NameHash hash, int count, EventId common) {
        this.hash = hash;
        this.count = count;
        this.common = common;
    }

    /** The place of a topic's floor. */
    int slot(String topic) {
        return (int) (hash.of(topic) % count);
    }

    EventId of(int slot) {
        EventId floor = floors == null ? null : floors[slot];
        return floor == null ? common : Resume.later(floor, common);
    }

    void raise(int slot, EventId floor) {
        if (floor.compareTo(of(slot)) <= 0) {
            return;
        }
        if (floors == null) {
            floors = new EventId[count];
        }
        floors[slot] = floor;
    }

    void raiseAll(EventId floor) {
        common = Resume.later(common, floor);
    }
}

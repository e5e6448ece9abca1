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
    private static final int PLACE_BYTES = 4;
    private static final int FLOOR_BYTES = 32;

    private final NameHash hash;
    private final int count;
    private final MemoryBudget budget;
    /** Below it everything is gone, whatever the topic. */
    private EventId common;

    private @Nullable EventId @Nullable [] floors;

    /** As many as are asked for, but no more than there is memory for, and one at least. */
    Floors(NameHash hash, int count, long bytes, EventId common, MemoryBudget budget) {
        this.hash = hash;
        this.count = (int) Math.max(1, Math.min(count, bytes / (PLACE_BYTES + FLOOR_BYTES)));
        this.common = common;
        this.budget = budget;
    }

    /** The place of a topic's floor. */
    int slot(String topic) {
        return (int) (hash.of(topic) % count);
    }

    EventId of(int slot) {
        EventId floor = floors == null ? null : floors[slot];
        return floor == null ? common : IdSequence.later(floor, common);
    }

    void raise(int slot, EventId floor) {
        if (floor.compareTo(of(slot)) <= 0) {
            return;
        }
        if (floors == null) {
            floors = new EventId[count];
            budget.take((long) PLACE_BYTES * count);
        }
        if (floors[slot] == null) {
            budget.take(FLOOR_BYTES);
        }
        floors[slot] = floor;
    }

    void raiseAll(EventId floor) {
        common = IdSequence.later(common, floor);
    }
}

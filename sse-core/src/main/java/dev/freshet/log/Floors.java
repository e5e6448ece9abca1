package dev.freshet.log;

import dev.freshet.event.EventId;
import org.jspecify.annotations.Nullable;

/**
 * The floors of the topics that a hub has forgotten: the newest ids that they evicted. Many topics share one floor, by
 * an unpredictable hash of their names. The first floor allocates the array for all of them. Guarded by the lock of
 * {@link HubLog}.
 *
 * <p>A topic that is forgotten with a floor raises the floor of all topics that share it. A client of such a topic that
 * resumes at an older position is reset although it missed nothing. With {@code n} floors and {@code k} topics
 * forgotten with a floor, this concerns the share {@code 1 - (1 - 1/n)^k} of the topics that never lost an event.
 */
final class Floors {
    private static final int PLACE_BYTES = 4;
    private static final int FLOOR_BYTES = 32;

    private final NameHash hash;
    private final int count;
    private final MemoryBudget budget;
    /** The floor of all topics: everything up to it is evicted. */
    private EventId common;

    private @Nullable EventId @Nullable [] floors;

    /** Creates {@code count} floors, or as many as {@code bytes} allow if these are fewer, but at least one. */
    Floors(NameHash hash, int count, long bytes, EventId common, MemoryBudget budget) {
        this.hash = hash;
        this.count = (int) Math.max(1, Math.min(count, bytes / (PLACE_BYTES + FLOOR_BYTES)));
        this.common = common;
        this.budget = budget;
    }

    /** Returns the slot of a topic's floor. */
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

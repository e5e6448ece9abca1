package dev.freshet.log;

import dev.freshet.event.EventId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The own ids of the retained events of one topic, and the positions that they name. Guarded by the lock of {@link
 * HubLog}.
 *
 * <p>A repeated id names the oldest event that has it: a client that resumes by it may receive events twice, but misses
 * none. {@link EvictedIds} records whether an older event with the id was evicted.
 */
final class OwnIds {
    /** The oldest event that has an id, and the number of events that have it. */
    private static final class Named {
        final EventId oldest;
        int retained;

        Named(EventId oldest) {
            this.oldest = oldest;
        }
    }

    /** The bytes that an id takes: two objects, the entry of a map, a place in a queue, the position. */
    private static final int ID_BYTES = 192;

    private record Bearer(String id, EventId position) {}

    private final String topic;
    private final EvictedIds evicted;
    private final MemoryBudget budget;
    private final Map<String, Named> named = new HashMap<>();
    /** The retained events that have an own id, the oldest first. */
    private final Deque<Bearer> bearers = new ArrayDeque<>();

    OwnIds(String topic, EvictedIds evicted, MemoryBudget budget) {
        this.topic = topic;
        this.evicted = evicted;
        this.budget = budget;
    }

    void add(String id, EventId position) {
        bearers.add(new Bearer(id, position));
        budget.take(bytesOf(id));
        named.computeIfAbsent(id, absent -> new Named(position)).retained++;
    }

    /**
     * Returns the position of the oldest event that has an id, or null if none is retained. If an event with the id was
     * evicted, the position is that of the oldest one before the eviction.
     */
    @Nullable
    EventId find(String id) {
        Named name = named.get(id);
        return name == null ? null : name.oldest;
    }

    /** Forgets the ids of the events up to a floor, which were evicted. */
    void evictUpTo(EventId floor) {
        for (Bearer bearer = bearers.peek();
                bearer != null && bearer.position().compareTo(floor) <= 0;
                bearer = bearers.peek()) {
            bearers.remove();
            budget.take(-bytesOf(bearer.id()));
            evicted.add(topic, bearer.id());
            Named name = named.get(bearer.id());
            if (name != null && --name.retained == 0) { // null if there was no memory to add it
                named.remove(bearer.id());
            }
        }
    }

    private static long bytesOf(String id) {
        return ID_BYTES + 2L * id.length();
    }
}

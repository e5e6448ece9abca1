package dev.freshet.log;

import dev.freshet.event.EventId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The ids that the events of one topic brought along, and the positions that they name. Guarded by the lock of {@link HubLog}.
 *
 * <p>A repeated id names the oldest event that bears it, so that nothing is skipped: its client then gets too much, never
 * too little. Where an older one is gone, nobody knows which the client has seen. The hashes of the ids that went last are
 * remembered for that, {@value #MOST_REMEMBERED} of them.
 */
final class OwnIds {
    static final int MOST_REMEMBERED = 1024;

    /** What an id names. */
    static final class Named {
        /** The oldest event that bore it. */
        final EventId oldest;

        /** An older event than those that are retained bore it, too. */
        boolean evicted;

        private int retained;

        private Named(EventId oldest, boolean evicted) {
            this.oldest = oldest;
            this.evicted = evicted;
        }
    }

    private record Bearer(String id, EventId position) {}

    private final NameHash hash;
    private final Map<String, Named> named = new HashMap<>();
    /** The retained events that have an own id, the oldest first. */
    private final Deque<Bearer> bearers = new ArrayDeque<>();

    private final Set<Long> evicted = new LinkedHashSet<>();

    OwnIds(NameHash hash) {
        this.hash = hash;
    }

    void add(String id, EventId position) {
        bearers.add(new Bearer(id, position));
        named.computeIfAbsent(id, absent -> new Named(position, evicted.contains(hash.of(id)))).retained++;
    }

    /** What the id names while an event that bears it is retained, or null. */
    @Nullable
    Named find(String id) {
        return named.get(id);
    }

    /** Everything up to the floor is gone. */
    void evictUpTo(EventId floor) {
        for (Bearer bearer = bearers.peek();
                bearer != null && bearer.position().compareTo(floor) <= 0;
                bearer = bearers.peek()) {
            bearers.remove();
            Named name = named.get(bearer.id());
            if (name == null) {
                continue; // there was no memory to add it
            }
            name.evicted = true;
            if (--name.retained == 0) {
                named.remove(bearer.id());
            }
            remember(hash.of(bearer.id()));
        }
    }

    private void remember(long id) {
        evicted.remove(id);
        evicted.add(id);
        if (evicted.size() > MOST_REMEMBERED) {
            Iterator<Long> oldest = evicted.iterator();
            oldest.next();
            oldest.remove();
        }
    }
}

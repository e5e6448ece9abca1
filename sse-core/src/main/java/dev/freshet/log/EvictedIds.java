package dev.freshet.log;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The own ids of the events that a hub's topics evicted last, as hashes: {@value #MOST} of them if there is memory for
 * them. If an id is used again, it is not known which of its events a client has received, so a resume by it is a
 * reset. The ids outlive their topics. Guarded by the lock of {@link HubLog}.
 */
final class EvictedIds {
    static final int MOST = 1 << 14;

    /** The bytes that an id takes: a number and the entry of a map. */
    private static final int ID_BYTES = 96;

    private final NameHash hash;
    private final MemoryBudget budget;
    private final int most;
    private final Set<Long> hashes = new LinkedHashSet<>();

    EvictedIds(NameHash hash, MemoryBudget budget, long bytes) {
        this.hash = hash;
        this.budget = budget;
        this.most = (int) Math.max(1, Math.min(MOST, bytes / ID_BYTES));
    }

    void add(String topic, String id) {
        Long evicted = hashOf(topic, id);
        if (!hashes.remove(evicted)) {
            budget.take(ID_BYTES);
        }
        hashes.add(evicted);
        if (hashes.size() > most) {
            Iterator<Long> oldest = hashes.iterator();
            oldest.next();
            oldest.remove();
            budget.take(-ID_BYTES);
        }
    }

    boolean contains(String topic, String id) {
        return hashes.contains(hashOf(topic, id));
    }

    private long hashOf(String topic, String id) {
        return hash.of(id) ^ Long.rotateLeft(hash.of(topic), 1);
    }
}

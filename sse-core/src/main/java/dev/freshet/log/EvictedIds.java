package dev.freshet.log;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The own ids of the events that a hub's topics evicted last, {@value #MOST} of them: of an id that comes again nobody knows
 * which of its events a client has seen. Kept as hashes, whatever becomes of the topics. Guarded by the lock of {@link HubLog}.
 */
final class EvictedIds {
    static final int MOST = 1 << 14;

    private final NameHash hash;
    private final Set<Long> hashes = new LinkedHashSet<>();

    EvictedIds(NameHash hash) {
        this.hash = hash;
    }

    void add(String topic, String id) {
        Long evicted = hashOf(topic, id);
        hashes.remove(evicted);
        hashes.add(evicted);
        if (hashes.size() > MOST) {
            Iterator<Long> oldest = hashes.iterator();
            oldest.next();
            oldest.remove();
        }
    }

    boolean contains(String topic, String id) {
        return hashes.contains(hashOf(topic, id));
    }

    private long hashOf(String topic, String id) {
        return hash.of(id) ^ Long.rotateLeft(hash.of(topic), 1);
    }
}

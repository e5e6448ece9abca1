package dev.freshet.netty;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Streams by the key or address that they are counted by, in the order in which they came. Thread-safe. */
final class StreamsByName<S extends SseConnection> {
    private final Map<Object, Set<S>> streams = new ConcurrentHashMap<>();

    /** Unless it is closed by now. Returns how many there are of the name. */
    int add(Object name, S stream) {
        int[] count = {0};
        streams.compute(name, (n, before) -> {
            if (!stream.isOpen()) { // set before it is removed: nothing is added behind its removal
                return before;
            }
            Set<S> named = before == null ? new LinkedHashSet<>() : before;
            named.add(stream);
            count[0] = named.size();
            return named;
        });
        return count[0];
    }

    void remove(Object name, S stream) {
        streams.computeIfPresent(name, (n, named) -> {
            named.remove(stream);
            return named.isEmpty() ? null : named;
        });
    }

    /** Null where there is none. */
    @Nullable
    S oldest(Object name) {
        AtomicReference<@Nullable S> oldest = new AtomicReference<>();
        streams.computeIfPresent(name, (n, named) -> {
            oldest.set(named.iterator().next());
            return named;
        });
        return oldest.get();
    }
}

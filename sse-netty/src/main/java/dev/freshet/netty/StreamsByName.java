package dev.freshet.netty;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The streams of each key or address that they are counted by, in the order of their addition. Thread-safe. */
final class StreamsByName<S extends SseConnection> {
    private final Map<Object, Set<S>> streams = new ConcurrentHashMap<>();

    /** Adds the stream unless it is closed. Returns the number of streams of the name, or 0 if the stream is closed. */
    int add(Object name, S stream) {
        int[] count = {0};
        streams.compute(name, (n, before) -> {
            if (!stream.isOpen()) { // closed before it is removed, so never added after that
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

    /** Returns the stream that was added first, or null. */
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

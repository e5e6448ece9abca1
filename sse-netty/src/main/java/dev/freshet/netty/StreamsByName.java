package dev.freshet.netty;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Streams by the key or address that they are counted by, in the order in which they came. Thread-safe. */
final class StreamsByName {
    private final Map<Object, Set<OpenStream>> streams = new ConcurrentHashMap<>();

    /** Unless it is closed by now. Returns how many there are of the name. */
    int add(Object name, OpenStream stream) {
        int[] count = {0};
        streams.compute(name, (n, before) -> {
            if (!stream.isOpen()) { // set before it is removed: nothing is added behind its removal
                return before;
            }
            Set<OpenStream> named = before == null ? new LinkedHashSet<>() : before;
            named.add(stream);
            count[0] = named.size();
            return named;
        });
        return count[0];
    }

    void remove(Object name, OpenStream stream) {
        streams.computeIfPresent(name, (n, named) -> {
            named.remove(stream);
            return named.isEmpty() ? null : named;
        });
    }

    /** Null where there is none. */
    @Nullable
    OpenStream oldest(Object name) {
        OpenStream[] oldest = new OpenStream[1];
        streams.computeIfPresent(name, (n, named) -> {
            oldest[0] = named.iterator().next();
            return named;
        });
        return oldest[0];
    }
}

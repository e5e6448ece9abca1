package dev.freshet.harness;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The types that use others, by their names. Immutable if the map is.
 *
 * @param uses by type, those that it uses, each of which is a key, too
 */
public record UsesGraph(Map<String, ? extends Collection<String>> uses) {
    /** The types that a type uses, directly or not. */
    public Set<String> reachable(String from) {
        Set<String> reached = new TreeSet<>();
        Deque<String> next = new ArrayDeque<>(uses.get(from));
        while (!next.isEmpty()) {
            String type = next.remove();
            if (reached.add(type)) {
                next.addAll(uses.get(type));
            }
        }
        return reached;
    }

    /** The type itself, and the types that use it, directly or not, and are used by it. */
    public Set<String> circle(String type) {
        Set<String> circle = new TreeSet<>(Set.of(type));
        reachable(type).stream()
                .filter(other -> reachable(other).contains(type))
                .forEach(circle::add);
        return circle;
    }
}

package dev.freshet.netty;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * From paths and methods to endpoints: a tree of segments. At each segment a literal goes before a parameter, and a
 * parameter before the wildcard, which takes the whole rest. Filled by one builder, then only read, by any thread.
 */
final class Routes {
    static final String GET = "GET";
    static final String POST = "POST";

    /** What is registered for one method at one place. */
    private record Entry(String method, RoutePath path, SseEndpoint endpoint) {}

    /**
     * The place that a request is for.
     *
     * @param segments what its parameters stand for, in their order
     */
    record Match(Target target, Place place, List<String> segments) {
        /** Null where the place has none for the method. */
        @Nullable
        SseEndpoint endpoint(String method) {
            Entry entry = entry(method);
            return entry == null ? null : entry.endpoint();
        }

        Map<String, String> parameters(String method) {
            Entry entry = entry(method);
            if (entry == null || entry.path().names().isEmpty()) {
                return Map.of();
            }
            Map<String, String> parameters = new LinkedHashMap<>();
            for (int i = 0; i < segments.size(); i++) {
                parameters.put(entry.path().names().get(i), segments.get(i));
            }
            return parameters;
        }

        private @Nullable Entry entry(String method) {
            return place.entries.get(method.equals("HEAD") ? GET : method);
        }

        /** As registered, for the log. */
        @Override
        public String toString() {
            return place.entries.values().iterator().next().path().text();
        }

        /** The methods, as in {@code Allow}. */
        String methods() {
            return String.join(", ", place.entries.keySet()).replace(GET, "GET, HEAD");
        }
    }

    /** One place in the tree. */
    static final class Place {
        private final Map<String, Place> literals = new HashMap<>();
        private @Nullable Place parameter;
        private @Nullable Place rest;
        private final Map<String, Entry> entries = new TreeMap<>();
    }

    private final Place root = new Place();
    private final List<Entry> added = new ArrayList<>();

    /** Refuses what is no path, and what could not be told apart from what is there already. */
    void add(String method, String path, SseEndpoint endpoint) {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(endpoint, "endpoint");
        if (!method.equals(GET) && !method.equals(POST)) {
            throw new IllegalArgumentException("endpoint.method: \"" + method + "\" (expected: GET or POST)");
        }
        add(new Entry(method, RoutePath.parse(path), endpoint));
    }

    private void add(Entry entry) {
        Place place = root;
        for (String segment : entry.path().segments()) {
            if (segment.equals(RoutePath.REST)) {
                place = place.rest = place.rest == null ? new Place() : place.rest;
            } else if (segment.equals(RoutePath.PARAMETER)) {
                place = place.parameter = place.parameter == null ? new Place() : place.parameter;
            } else {
                place = place.literals.computeIfAbsent(segment, s -> new Place());
            }
        }
        Entry there = place.entries.putIfAbsent(entry.method(), entry);
        if (there != null) {
            String path = entry.path().text();
            String other = there.path().text();
            String which = other.equals(path) ? "there yet" : "for the same requests, as \"" + other + '"';
            throw RoutePath.refused(path, "no endpoint " + which);
        }
        added.add(entry);
    }

    Routes copy() {
        Routes copy = new Routes();
        added.forEach(copy::add);
        return copy;
    }

    /** Where the request goes; null where no endpoint is. */
    @Nullable
    Match find(String uri) {
        Target target = Target.parse(uri);
        if (target == null) {
            return null;
        }
        List<String> segments = new ArrayList<>(2);
        Place place = find(root, target.segments(), 0, segments);
        return place == null ? null : new Match(target, place, segments);
    }

    /** Each place is looked at once at most, so the work is bounded by what is registered. */
    private static @Nullable Place find(Place place, List<String> path, int at, List<String> parameters) {
        if (at == path.size()) {
            return place.entries.isEmpty() ? null : place;
        }
        String segment = path.get(at);
        Place literal = place.literals.get(segment);
        Place found = literal == null ? null : find(literal, path, at + 1, parameters);
        if (found == null && place.parameter != null && !segment.isEmpty() && !isDots(segment)) {
            parameters.add(segment);
            found = find(place.parameter, path, at + 1, parameters);
            if (found == null) {
                parameters.remove(parameters.size() - 1);
            }
        }
        if (found == null && place.rest != null && path.stream().skip(at).allMatch(Routes::isWhole)) {
            parameters.add(String.join("/", path.subList(at, path.size())));
            found = place.rest;
        }
        return found;
    }

    /** Dots go up or nowhere, wherever a name is taken for a file's. */
    private static boolean isDots(String segment) {
        return segment.equals(".") || segment.equals("..");
    }

    /** In the rest of a path an encoded slash could not be told from one of the path's own. */
    private static boolean isWhole(String segment) {
        return !isDots(segment) && segment.indexOf('/') < 0;
    }
}

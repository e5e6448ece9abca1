package dev.freshet.netty;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The routes from paths and methods to endpoints: a tree of segments. At each segment a literal takes precedence over a
 * parameter, and a parameter over the wildcard, which matches the whole rest. Filled by one builder, then read by any
 * thread.
 */
final class RequestRoutes {
    static final String GET = "GET";
    private static final String HEAD = "HEAD";
    private static final String OPTIONS = "OPTIONS";
    /** The method of tunnels, which no endpoint has. */
    private static final String CONNECT = "CONNECT";
    /** The wildcard for the methods that have no endpoint of their own at the path. */
    private static final String ANY = "*";

    private static final List<String> KNOWN = List.of("DELETE", GET, HEAD, OPTIONS, "PATCH", "POST", "PUT");

    private static final Pattern METHOD = Pattern.compile("[A-Z][A-Z0-9_-]*|\\*");

    /** The endpoint of one method at one path. */
    private static final class Entry {
        private final String method;
        private final RequestRoutePath path;
        private final SseEndpoint endpoint;
        private final EndpointOptions own;
        /** The options, merged with those of the handler. */
        private @Nullable RequestOptions options;

        Entry(String method, RequestRoutePath path, SseEndpoint endpoint, EndpointOptions own) {
            this.method = method;
            this.path = path;
            this.endpoint = endpoint;
            this.own = own;
        }
    }

    /**
     * The match of a request: the node of its path, which may have an endpoint for its method.
     *
     * @param segments the values of the parameters, in their order
     * @param handler the options for requests without an endpoint
     */
    record Match(RequestTarget target, Node node, List<String> segments, RequestOptions handler) {
        /** Returns the endpoint, or null if the path has none for the method, or a policy answers. */
        @Nullable
        SseEndpoint endpoint(HttpRequest request) {
            Entry entry = preflighted(request) == null ? entry(request.method().name()) : null;
            return entry == null ? null : entry.endpoint;
        }

        /**
         * Returns whether other handlers may answer the request: the path has no endpoint for the method, or for the
         * one that a preflight names.
         */
        boolean passes(HttpRequest request) {
            boolean isAnswered = request.method().equals(HttpMethod.OPTIONS)
                    && options(request).access().cors() != null
                    && (asked(request) != null || requested(request) == null);
            return endpoint(request) == null && !isAnswered;
        }

        /** Returns the options of the request's endpoint; for a preflight those of the endpoint that it names. */
        RequestOptions options(HttpRequest request) {
            Entry entry = asked(request);
            return entry == null ? handler : Objects.requireNonNull(entry.options, "options");
        }

        private @Nullable Entry asked(HttpRequest request) {
            Entry preflighted = preflighted(request);
            if (preflighted != null) {
                return preflighted;
            }
            Entry entry = entry(request.method().name());
            String method = requested(request);
            return entry == null && method != null ? entry(method) : entry;
        }

        /**
         * Returns the endpoint that a preflight names, or that of {@code OPTIONS}, if it has a policy, which then
         * answers. Returns null otherwise.
         */
        private @Nullable Entry preflighted(HttpRequest request) {
            if (!request.method().equals(HttpMethod.OPTIONS) || node.entries.containsKey(OPTIONS)) {
                return null;
            }
            String requested = requested(request);
            Entry entry = requested == null ? node.entries.get(ANY) : entry(requested);
            boolean isAnswered = entry != null
                    && entry.options != null
                    && entry.options.access().cors() != null;
            return isAnswered ? entry : null;
        }

        private static @Nullable String requested(HttpRequest request) {
            return request.method().equals(HttpMethod.OPTIONS)
                    ? request.headers().get(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD)
                    : null;
        }

        Map<String, String> parameters(HttpRequest request) {
            Entry entry = asked(request);
            if (entry == null || entry.path.names().isEmpty()) {
                return Map.of();
            }
            Map<String, String> parameters = new LinkedHashMap<>();
            for (int i = 0; i < segments.size(); i++) {
                parameters.put(entry.path.names().get(i), segments.get(i));
            }
            return parameters;
        }

        private @Nullable Entry entry(String method) {
            Entry entry = node.entries.get(method);
            if (entry == null && method.equals(HEAD)) {
                entry = node.entries.get(GET);
            }
            return entry == null && !method.equals(CONNECT) ? node.entries.get(ANY) : entry;
        }

        /** Returns the path as registered, for the log. */
        @Override
        public String toString() {
            return node.entries.values().iterator().next().path.text();
        }

        /** Returns the methods for {@code Allow}, with the common ones if there is an endpoint for any method. */
        Set<String> methods() {
            Set<String> methods = methods(entry -> true);
            if (node.entries.containsKey(ANY)) {
                methods.addAll(KNOWN);
            }
            return methods;
        }

        /**
         * Returns the methods whose endpoints have this policy, and the one that a preflight names, for {@code
         * Access-Control-Allow-Methods}.
         */
        String methods(CorsPolicy policy, HttpRequest preflight) {
            Set<String> methods = methods(
                    entry -> entry.options != null && entry.options.access().cors() == policy);
            String requested = requested(preflight);
            if (requested != null
                    && node.entries.containsKey(ANY)
                    && entry(requested) == node.entries.get(ANY)
                    && AddedHeaders.TOKEN.matcher(requested).matches()) {
                methods.add(requested);
            }
            return String.join(", ", methods);
        }

        private Set<String> methods(Predicate<Entry> which) {
            Set<String> methods = new TreeSet<>();
            node.entries.forEach((method, entry) -> {
                if (which.test(entry)) {
                    methods.add(method);
                    if (method.equals(GET)) {
                        methods.add(HEAD);
                    }
                }
            });
            methods.remove(ANY);
            return methods;
        }
    }

    /** A node of the tree. */
    static final class Node {
        private final Map<String, Node> literals = new HashMap<>();
        private @Nullable Node parameter;
        private @Nullable Node rest;
        private final Map<String, Entry> entries = new TreeMap<>();
    }

    private final Node root = new Node();
    private final List<Entry> added = new ArrayList<>();
    /** Set once it is bound. */
    private @Nullable RequestOptions options;

    /** Adds an endpoint; throws an IllegalArgumentException if it is invalid or matches the requests of another. */
    void add(String method, String path, SseEndpoint endpoint, EndpointOptions options) {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(endpoint, "endpoint");
        Objects.requireNonNull(options, "options");
        if (!METHOD.matcher(method).matches() || method.equals(CONNECT)) {
            throw new IllegalArgumentException("endpoint.method: \"" + method
                    + "\" (expected: one in capitals such as GET or POST, or * for any)");
        }
        add(new Entry(method, RequestRoutePath.parse(path), endpoint, options));
    }

    private void add(Entry entry) {
        Node node = root;
        for (String segment : entry.path.segments()) {
            if (segment.equals(RequestRoutePath.REST)) {
                node = node.rest = node.rest == null ? new Node() : node.rest;
            } else if (segment.equals(RequestRoutePath.PARAMETER)) {
                node = node.parameter = node.parameter == null ? new Node() : node.parameter;
            } else {
                node = node.literals.computeIfAbsent(segment, s -> new Node());
            }
        }
        Entry there = node.entries.putIfAbsent(entry.method, entry);
        if (there != null) {
            String path = entry.path.text();
            String other = there.path.text();
            String which = other.equals(path) ? "there yet" : "for the same requests, as \"" + other + '"';
            throw RequestRoutePath.refused(path, "no endpoint " + which);
        }
        added.add(entry);
    }

    /** Sets the handler's options if an endpoint has none of its own. */
    void bind(RequestOptions handler) {
        options = handler;
        added.forEach(entry -> entry.options = entry.own.over(handler));
    }

    /** Returns the shortest heartbeat interval of the endpoints with options of their own, in nanoseconds. */
    long shortestBeatNanos() {
        return added.stream()
                .map(entry -> entry.options)
                .filter(Objects::nonNull)
                .mapToLong(options -> options.stream().heartbeat().shortestNanos())
                .min()
                .orElse(Long.MAX_VALUE);
    }

    RequestRoutes copy() {
        RequestRoutes copy = new RequestRoutes();
        added.forEach(entry -> copy.add(new Entry(entry.method, entry.path, entry.endpoint, entry.own)));
        return copy;
    }

    /** Returns the match of a request target, or null if there is no endpoint. */
    @Nullable
    Match find(String uri) {
        RequestTarget target = RequestTarget.parse(uri);
        if (target == null) {
            return null;
        }
        List<String> segments = new ArrayList<>(2);
        Node node = find(root, target.segments(), 0, segments);
        return node == null ? null : new Match(target, node, segments, Objects.requireNonNull(options, "options"));
    }

    /** Finds the node of a path. Visits each node at most once, so the work is bounded by the number of routes. */
    private static @Nullable Node find(Node node, List<String> path, int at, List<String> parameters) {
        if (at == path.size()) {
            return node.entries.isEmpty() ? null : node;
        }
        String segment = path.get(at);
        Node literal = node.literals.get(segment);
        Node found = literal == null ? null : find(literal, path, at + 1, parameters);
        if (found == null && node.parameter != null && RequestRoutePath.isValue(segment)) {
            parameters.add(segment);
            found = find(node.parameter, path, at + 1, parameters);
            if (found == null) {
                parameters.remove(parameters.size() - 1);
            }
        }
        if (found == null && node.rest != null && RequestRoutePath.isRest(path, at)) {
            parameters.add(String.join("/", path.subList(at, path.size())));
            found = node.rest;
        }
        return found;
    }
}

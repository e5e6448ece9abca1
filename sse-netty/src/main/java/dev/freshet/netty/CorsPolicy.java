package dev.freshet.netty;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The policy for pages of other origins: which of them may read the responses of the endpoints, and which headers and
 * credentials they may send. Without a policy browsers allow none. It binds browsers only and is no access control.
 * Immutable and thread-safe.
 */
public final class CorsPolicy {
    private static final Pattern ORIGIN = Pattern.compile(
            "[a-z][a-z0-9+.-]*://([a-z0-9._~-]+|\\[(?<address>[0-9a-f:.]+)])(:(?<port>[1-9][0-9]{0,4}))?|null");

    private final List<Predicate<String>> allowed;
    /** Whether code of the application decides over an origin. */
    final boolean asksApplication;

    final boolean any;
    final boolean credentials;
    final String exposedHeaders;
    final String requestHeaders;
    final long maxAgeSeconds;
    private final @Nullable Function<SseRequest, HttpAnswer> preflight;

    private CorsPolicy(Builder builder) {
        this.allowed = List.copyOf(builder.allowed);
        this.asksApplication = builder.asksApplication && !builder.any;
        this.any = builder.any;
        this.credentials = builder.credentials;
        this.exposedHeaders = String.join(", ", builder.exposedHeaders);
        this.requestHeaders = String.join(", ", builder.requestHeaders);
        this.maxAgeSeconds = builder.maxAge.toSeconds();
        this.preflight = builder.preflight;
    }

    /** Returns a builder of a policy that allows no origin yet. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns whether pages of this origin may read responses. It serves the application's own handlers that answer
     * requests of no endpoint. Callable from any thread.
     *
     * @param origin the value of {@code Origin}
     */
    public boolean allows(String origin) {
        Objects.requireNonNull(origin, "origin");
        try {
            return any || allowed.stream().anyMatch(predicate -> predicate.test(origin));
        } catch (Throwable e) {
            Log.debug("CORS policy failed for origin {}", origin, e); // debug, because any client may send any origin
            return false;
        }
    }

    /** Returns whether the application answers a preflight with these headers. */
    boolean answersPreflight(HttpHeaders headers) {
        return preflight != null && headers.contains(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS);
    }

    HttpAnswer preflight(SseRequest request) {
        return Objects.requireNonNull(Objects.requireNonNull(preflight).apply(request), "preflight");
    }

    /**
     * Parses an origin in lower case. An IPv6 address in it is returned in its shortest form, as browsers write it
     * (WHATWG URL 3.5). Returns null if the text is no origin.
     */
    static @Nullable String parse(String lower) {
        Matcher origin = ORIGIN.matcher(lower);
        if (!origin.matches() || origin.group("port") != null && Integer.parseInt(origin.group("port")) > 65_535) {
            return null;
        }
        String address = origin.group("address");
        if (address == null) {
            return lower;
        }
        Inet6Address parsed = NetUtil.getByName(address);
        return parsed == null
                ? null
                : lower.substring(0, origin.start("address"))
                        + NetUtil.toAddressString(parsed)
                        + lower.substring(origin.end("address"));
    }

    /** Returns an origin without the default port of its scheme, as browsers send it. */
    static String plain(String lower) {
        int scheme = lower.indexOf("://");
        String port = scheme < 0 ? "" : port(lower.substring(0, scheme));
        return !port.isEmpty() && lower.endsWith(port) ? lower.substring(0, lower.length() - port.length()) : lower;
    }

    /** Returns the default port of a scheme, with its colon, or "" for other schemes. */
    static String port(String scheme) {
        return scheme.equals("https") ? ":443" : scheme.equals("http") ? ":80" : "";
    }

    /** Checks an origin and returns it in the form that browsers send. */
    static String checkOrigin(String name, String origin) {
        String parsed = parse(origin.toLowerCase(Locale.ROOT));
        if (parsed == null) {
            throw new IllegalArgumentException(name + ": \"" + origin
                    + "\" (expected: an origin such as https://app.example or http://localhost:3000)");
        }
        return plain(parsed);
    }

    static List<String> checkOrigins(String name, String... origins) {
        return Arrays.stream(origins).map(origin -> checkOrigin(name, origin)).toList();
    }

    /** A builder of a {@link CorsPolicy}. Not thread-safe. */
    public static final class Builder {
        private final List<Predicate<String>> allowed = new ArrayList<>();
        private boolean asksApplication;
        private boolean any;
        private boolean credentials;
        private final Set<String> exposedHeaders = new LinkedHashSet<>(List.of("SSE-Resume"));
        private final Set<String> requestHeaders =
                new LinkedHashSet<>(List.of("Last-Event-ID", "Authorization", "Content-Type"));
        private Duration maxAge = Duration.ofHours(1);
        private @Nullable Function<SseRequest, HttpAnswer> preflight;

        private Builder() {}

        /**
         * Allows these origins.
         *
         * @param origins each as a browser sends it, scheme, host and port; the default port of the scheme may be
         *     omitted. {@code null} is the origin of sandboxed pages and files
         * @throws IllegalArgumentException if one has another form
         */
        public Builder origins(String... origins) {
            Set<String> exact = new HashSet<>(checkOrigins("cors.origins", Objects.requireNonNull(origins, "origins")));
            allowed.add(exact::contains);
            return this;
        }

        /**
         * Allows every subdomain of this origin's host, with its scheme and port, but not the origin itself.
         *
         * @param origin such as {@code https://example.com}
         * @throws IllegalArgumentException if it has another form
         */
        public Builder subdomainsOf(String origin) {
            String lower = checkOrigin("cors.subdomainsOf", Objects.requireNonNull(origin, "origin"));
            int host = lower.indexOf("://") + 3;
            if (host < 3 || lower.charAt(host) == '[') {
                throw new IllegalArgumentException(
                        "cors.subdomainsOf: \"" + origin + "\" (expected: a host with a name)");
            }
            Pattern below = Pattern.compile(Pattern.quote(lower.substring(0, host)) + "[a-z0-9._-]+"
                    + Pattern.quote("." + lower.substring(host)));
            allowed.add(candidate -> below.matcher(candidate).matches());
            return this;
        }

        /**
         * Allows the origins that the predicate matches. It is called on event loops, so it must be thread-safe and
         * must not block. If it throws, the origin is not allowed.
         */
        public Builder originsMatching(Predicate<String> predicate) {
            allowed.add(Objects.requireNonNull(predicate, "predicate"));
            asksApplication = true;
            return this;
        }

        /** Allows every origin, by {@code *}. Excludes {@link #credentials}. */
        public Builder anyOrigin() {
            this.any = true;
            return this;
        }

        /** Allows browsers to send cookies and other credentials; default not allowed. */
        public Builder credentials() {
            this.credentials = true;
            return this;
        }

        /**
         * Adds headers of responses that pages may read, beside {@code SSE-Resume}.
         *
         * @throws IllegalArgumentException if one is not a header name
         */
        public Builder exposedHeaders(String... names) {
            exposedHeaders.addAll(checkHeaders("cors.exposedHeaders", names));
            return this;
        }

        /**
         * Adds headers that pages may send, beside {@code Last-Event-ID}, {@code Authorization} and {@code
         * Content-Type}.
         *
         * @throws IllegalArgumentException if one is not a header name
         */
        public Builder requestHeaders(String... names) {
            requestHeaders.addAll(checkHeaders("cors.requestHeaders", names));
            return this;
        }

        private static List<String> checkHeaders(String option, String... names) {
            for (String name : Objects.requireNonNull(names, "names")) {
                if (!AddedHeaders.TOKEN.matcher(name).matches()) {
                    throw new IllegalArgumentException(option + ": \"" + name + "\" (expected: a header's name)");
                }
            }
            return Arrays.asList(names);
        }

        /**
         * Sets the time for which browsers may cache the response to a preflight; 0 to 365 days, in seconds, default 1
         * hour.
         */
        public Builder maxAge(Duration value) {
            this.maxAge = Checks.atLeast("cors.maxAge", value, 0);
            return this;
        }

        /**
         * Sets a function that answers the preflights of allowed origins; default 204. It may answer with {@link
         * SseReply#stop} and headers of its own, such as {@code Access-Control-Allow-Private-Network}, or with a
         * refusal. The headers of this policy are added.
         *
         * @param answer called on event loops, so it must be thread-safe and must not block; if it throws, the response
         *     is 500
         */
        public Builder preflight(Function<SseRequest, HttpAnswer> answer) {
            this.preflight = Objects.requireNonNull(answer, "cors.preflight");
            return this;
        }

        /**
         * Builds the policy.
         *
         * @throws IllegalArgumentException if it allows no origin, or credentials with any origin
         */
        public CorsPolicy build() {
            if (!any && allowed.isEmpty()) {
                throw new IllegalArgumentException("cors.origins: none (expected: at least one)");
            }
            if (any && credentials) {
                throw new IllegalArgumentException(
                        "cors.credentials: with any origin (expected: with origins that are named)");
            }
            return new CorsPolicy(this);
        }
    }
}

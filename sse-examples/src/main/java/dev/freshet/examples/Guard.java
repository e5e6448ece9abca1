package dev.freshet.examples;

import dev.freshet.netty.CorsPolicy;
import dev.freshet.netty.Limits;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseServer;
import io.netty.channel.ChannelPipeline;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a command that say who may come, how many of them, and for how long; unless given, all may, and stay. */
final class Guard {

    private static final String ANY = "*";
    private static final String BEARER = "Bearer ";

    @Option(
            names = "--cors",
            paramLabel = "ORIGIN",
            description = "Origin whose pages may ask and read; may be given several times, * for any.")
    private List<String> cors = List.of();

    /** The same in lower case; null where any will do. */
    private @Nullable Set<String> origins;

    @Option(
            names = "--token",
            paramLabel = "SECRET",
            description = "What every request must bring, as bearer token or as ?token=; 401 without.")
    private @Nullable String token;

    @Option(
            names = "--expires",
            paramLabel = "SECONDS",
            converter = Durations.Seconds.class,
            description = "How long a stream may be read until its client must ask again; also 10m.")
    private @Nullable Duration expires;

    @Option(names = "--max-connections", paramLabel = "COUNT", description = "Open streams in all.")
    private @Nullable Integer maxConnections;

    @Option(names = "--max-per-address", paramLabel = "COUNT", description = "Open streams of one address.")
    private @Nullable Integer maxPerAddress;

    @Option(
            names = "--max-lifetime",
            paramLabel = "SECONDS",
            converter = Durations.Seconds.class,
            description = "How long a stream lasts at the most, spread over the last fifth of it; also 1h.")
    private @Nullable Duration maxLifetime;

    /**
     * Has the server's endpoints guarded.
     *
     * @throws IllegalArgumentException if what was given makes no sense
     */
    void apply(SseServer.Builder server) {
        if (token != null && token.isEmpty()) {
            throw new IllegalArgumentException("--token: empty (expected: a secret)");
        }
        if (expires != null && expires.isZero()) {
            throw new IllegalArgumentException("--expires: " + expires + " (expected: > 0)");
        }
        Limits.Builder limits = Limits.builder();
        if (maxConnections != null) {
            limits.connections(maxConnections);
        }
        if (maxPerAddress != null) {
            limits.connectionsPerAddress(maxPerAddress);
        }
        server.limits(limits.build());
        if (maxLifetime != null) {
            server.maxLifetime(maxLifetime);
        }
        if (cors.contains(ANY)) {
            server.cors(CorsPolicy.builder().anyOrigin().build());
        } else if (isCors()) {
            origins = cors.stream()
                    .map(origin -> origin.toLowerCase(Locale.ROOT)) // as browsers send it
                    .collect(Collectors.toUnmodifiableSet());
            server.cors(
                    CorsPolicy.builder().origins(cors.toArray(String[]::new)).build());
        }
    }

    /** Has pages of the same origins ask what is behind the endpoints, too; before anything else is added. */
    void apply(ChannelPipeline pipeline) {
        if (isCors()) {
            String endpoints = pipeline.lastContext().name();
            pipeline.addBefore(endpoints, null, new Cors(origins));
        }
    }

    boolean isCors() {
        return !cors.isEmpty();
    }

    /**
     * Whether a request brings the secret. What is compared takes the same time wherever it differs.
     *
     * @param authorization the header, or null
     * @param parameters the query's {@code token} parameters
     */
    boolean admits(@Nullable String authorization, List<String> parameters) {
        if (token == null) {
            return true;
        }
        byte[] expected = token.getBytes(StandardCharsets.UTF_8);
        boolean bearer = authorization != null
                && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                && MessageDigest.isEqual(
                        expected,
                        authorization.substring(BEARER.length()).strip().getBytes(StandardCharsets.ISO_8859_1));
        boolean parameter = parameters.size() == 1
                && MessageDigest.isEqual(expected, parameters.get(0).getBytes(StandardCharsets.UTF_8));
        return bearer || parameter;
    }

    /** The stream, ending in time. */
    SseReply.Subscribe grant(SseReply.Subscribe stream) {
        return expires == null ? stream : stream.expiresAt(Instant.now().plus(expires));
    }
}

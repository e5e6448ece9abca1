package dev.freshet.examples;

import dev.freshet.netty.CorsPolicy;
import dev.freshet.netty.EndpointOptions;
import dev.freshet.netty.Limits;
import dev.freshet.netty.SseEndpoint;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseRequest;
import dev.freshet.netty.SseServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/**
 * The options of a command for access: which clients may connect, how many, and for how long. Unless they are given,
 * every client may, without a bound.
 */
final class Guard {

    static final int MAX_BODY = 1 << 20;

    private static final String TOKEN_VARIABLE = "FRESHET_TOKEN";
    private static final String ANY = "*";
    private static final String BEARER = "Bearer ";

    @Option(
            names = "--cors",
            showDefaultValue = Visibility.NEVER,
            paramLabel = "ORIGIN",
            description = "Origin whose pages may ask and read; may be given several times, * for any.")
    private List<String> cors = List.of();

    @Option(
            names = "--token",
            paramLabel = "SECRET",
            description = {
                "What every request must bring, as bearer token or as ?token=; 401 without.",
                "  Default: what the environment says as " + TOKEN_VARIABLE + ".",
                "  Every user of the machine sees what is given here; not so a file or the environment."
            })
    private @Nullable String token;

    @Option(names = "--token-file", paramLabel = "FILE", description = "File whose first line is the token.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--expires",
            paramLabel = "SECONDS",
            converter = Durations.class,
            description = "How long a stream may be read until its client must ask again; also 10m.")
    private @Nullable Duration expires;

    @Option(names = "--max-connections", paramLabel = "COUNT", description = "Open streams in all.")
    private @Nullable Integer maxConnections;

    @Option(names = "--max-per-address", paramLabel = "COUNT", description = "Open streams of one address.")
    private @Nullable Integer maxPerAddress;

    @Option(names = "--max-sockets", paramLabel = "COUNT", description = "Open sockets in all, streams or not.")
    private @Nullable Integer maxSockets;

    @Option(
            names = "--max-sockets-per-address",
            paramLabel = "COUNT",
            description = "Open sockets of one address, streams or not.")
    private @Nullable Integer maxSocketsPerAddress;

    @Option(
            names = "--max-lifetime",
            paramLabel = "SECONDS",
            converter = Durations.class,
            description = "How long a stream lasts at the most, spread over the last fifth of it; also 1h.")
    private @Nullable Duration maxLifetime;

    /** The token that requests must have, or null if none is required. Set by {@link #apply}. */
    private @Nullable String secret;

    /**
     * Applies the options to a server.
     *
     * @throws IllegalArgumentException if an option is invalid
     */
    void apply(SseServer.Builder server) {
        secret = secret();
        if (expires != null && expires.isZero()) {
            throw new IllegalArgumentException("--expires: " + expires + " (expected: > 0)");
        }
        Limits.Builder limits = Limits.builder().bodyBytes(MAX_BODY);
        Program.ifGiven(maxConnections, limits::connections);
        Program.ifGiven(maxPerAddress, limits::connectionsPerAddress);
        Program.ifGiven(maxSockets, limits::sockets);
        Program.ifGiven(maxSocketsPerAddress, limits::socketsPerAddress);
        server.limits(limits.build());
        Program.ifGiven(maxLifetime, server::maxLifetime);
        if (!cors.isEmpty()) {
            CorsPolicy.Builder policy = CorsPolicy.builder();
            server.cors(
                    (cors.contains(ANY) ? policy.anyOrigin() : policy.origins(cors.toArray(String[]::new))).build());
        }
    }

    private @Nullable String secret() {
        if (token != null && tokenFile != null) {
            throw new IllegalArgumentException("--token-file: beside --token (expected: one of them)");
        }
        String given = tokenFile == null ? token : firstLine(tokenFile);
        String from = tokenFile == null ? "--token" : "--token-file";
        if (given == null) {
            given = System.getenv(TOKEN_VARIABLE);
            from = TOKEN_VARIABLE;
        }
        if (given != null && given.isEmpty()) {
            throw new IllegalArgumentException(from + ": empty (expected: a secret)");
        }
        return given;
    }

    private static String firstLine(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.findFirst().orElse("").strip();
        } catch (IOException | UncheckedIOException e) {
            throw new IllegalArgumentException("--token-file: " + file + " (expected: a file of text in UTF-8)", e);
        }
    }

    /**
     * Returns the options of endpoints for POST. They check the origin, because a browser sends the POST of a page of
     * another origin even if the page may not read the reply.
     */
    EndpointOptions posts() {
        EndpointOptions.Builder options = EndpointOptions.builder();
        return (cors.contains(ANY) ? options : options.origins()).build();
    }

    /** Returns an endpoint that rejects requests without the token before any of the body is read. */
    SseEndpoint admitted(SseEndpoint endpoint) {
        return endpoint(endpoint, endpoint::head);
    }

    /**
     * Returns an endpoint that rejects every request: a request without the token for that reason, others with a reply.
     */
    SseEndpoint refusing(SseEndpoint refusal) {
        return endpoint(refusal, refusal::handle);
    }

    private SseEndpoint endpoint(SseEndpoint endpoint, Function<SseRequest, @Nullable SseReply> head) {
        return new SseEndpoint() {
            @Override
            public @Nullable SseReply head(SseRequest request) {
                return admits(request) ? head.apply(request) : SseReply.refuse(401, "token: none that is known");
            }

            @Override
            public SseReply handle(SseRequest request) {
                return endpoint.handle(request);
            }
        };
    }

    /** Returns whether a request has the token. The comparison takes constant time. */
    private boolean admits(SseRequest request) {
        if (secret == null) {
            return true;
        }
        byte[] expected = secret.getBytes(StandardCharsets.UTF_8);
        String authorization = request.header("Authorization");
        List<String> parameters = request.queryAll("token");
        boolean bearer = authorization != null
                && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                && MessageDigest.isEqual(
                        expected,
                        authorization.substring(BEARER.length()).strip().getBytes(StandardCharsets.ISO_8859_1));
        boolean parameter = parameters.size() == 1
                && MessageDigest.isEqual(expected, parameters.get(0).getBytes(StandardCharsets.UTF_8));
        return bearer || parameter;
    }

    /** Sets the expiry of a stream, if the options have one. */
    SseReply.Subscribe grant(SseReply.Subscribe stream) {
        return expires == null ? stream : stream.expiresAt(Instant.now().plus(expires));
    }
}

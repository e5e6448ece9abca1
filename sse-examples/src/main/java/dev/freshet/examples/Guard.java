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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a command that say who may come, how many of them, and for how long; unless given, all may, and stay. */
final class Guard {

    static final int MAX_BODY = 1 << 20;

    private static final String TOKEN_VARIABLE = "FRESHET_TOKEN";
    private static final String ANY = "*";
    private static final String BEARER = "Bearer ";

    @Option(
            names = "--cors",
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
            converter = Durations.Seconds.class,
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
            converter = Durations.Seconds.class,
            description = "How long a stream lasts at the most, spread over the last fifth of it; also 1h.")
    private @Nullable Duration maxLifetime;

    /** Once the options are applied; null where none is needed. */
    private @Nullable String secret;

    /**
     * Has the server's endpoints guarded.
     *
     * @throws IllegalArgumentException if what was given makes no sense
     */
    void apply(SseServer.Builder server) {
        secret = secret();
        if (expires != null && expires.isZero()) {
            throw new IllegalArgumentException("--expires: " + expires + " (expected: > 0)");
        }
        Limits.Builder limits = Limits.builder().bodyBytes(MAX_BODY);
        if (maxConnections != null) {
            limits.connections(maxConnections);
        }
        if (maxPerAddress != null) {
            limits.connectionsPerAddress(maxPerAddress);
        }
        if (maxSockets != null) {
            limits.sockets(maxSockets);
        }
        if (maxSocketsPerAddress != null) {
            limits.socketsPerAddress(maxSocketsPerAddress);
        }
        server.limits(limits.build());
        if (maxLifetime != null) {
            server.maxLifetime(maxLifetime);
        }
        if (!cors.isEmpty()) {
            CorsPolicy.Builder policy = CorsPolicy.builder();
            server.cors((isAny() ? policy.anyOrigin() : policy.origins(cors.toArray(String[]::new))).build());
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

    private boolean isAny() {
        return cors.contains(ANY);
    }

    /** Those of endpoints for POST: what a page of another origin posts is sent, also where the page may not read the answer. */
    EndpointOptions posts() {
        EndpointOptions.Builder options = EndpointOptions.builder();
        return (isAny() ? options : options.origins()).build();
    }

    /** An endpoint for those who bring the secret; the others are refused before anything of a body is read. */
    SseEndpoint admitted(SseEndpoint endpoint) {
        return new SseEndpoint() {
            @Override
            public @Nullable SseReply head(SseRequest request) {
                return admits(request) ? endpoint.head(request) : SseReply.refuse(401, "token: none that is known");
            }

            @Override
            public SseReply handle(SseRequest request) {
                return endpoint.handle(request);
            }
        };
    }

    /** Refuses each request, one without the secret for that. */
    SseEndpoint refusing(SseEndpoint refusal) {
        return admitted(new SseEndpoint() {
            @Override
            public SseReply head(SseRequest request) {
                return refusal.handle(request);
            }

            @Override
            public SseReply handle(SseRequest request) {
                return refusal.handle(request);
            }
        });
    }

    /** Whether a request brings the secret. What is compared takes the same time wherever it differs. */
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

    /** The stream, ending in time. */
    SseReply.Subscribe grant(SseReply.Subscribe stream) {
        return expires == null ? stream : stream.expiresAt(Instant.now().plus(expires));
    }
}

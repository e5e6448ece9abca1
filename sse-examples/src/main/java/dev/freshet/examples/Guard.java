package dev.freshet.examples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.security.MessageDigest.isEqual;
import static java.util.Objects.requireNonNullElse;

import dev.freshet.netty.CorsPolicy;
import dev.freshet.netty.EndpointOptions;
import dev.freshet.netty.Limits;
import dev.freshet.netty.SseEndpoint;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseRequest;
import dev.freshet.netty.SseServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
    private byte @Nullable [] secret;

    /**
     * Applies the options to a server, and has it refuse what is asked at a path without an endpoint.
     *
     * @throws IllegalArgumentException if an option is invalid
     */
    void apply(SseServer.Builder server) {
        secret = secret();
        if (expires != null && expires.isZero()) {
            throw new IllegalArgumentException("--expires: " + expires + " (expected: > 0)");
        }
        Limits.Builder limits = Limits.builder().bodyBytes(MAX_BODY);
        Optional.ofNullable(maxConnections).ifPresent(limits::connections);
        Optional.ofNullable(maxPerAddress).ifPresent(limits::connectionsPerAddress);
        Optional.ofNullable(maxSockets).ifPresent(limits::sockets);
        Optional.ofNullable(maxSocketsPerAddress).ifPresent(limits::socketsPerAddress);
        server.limits(limits.build());
        Optional.ofNullable(maxLifetime).ifPresent(server::maxLifetime);
        if (!cors.isEmpty()) {
            CorsPolicy.Builder policy = CorsPolicy.builder();
            server.cors(
                    (cors.contains(ANY) ? policy.anyOrigin() : policy.origins(cors.toArray(String[]::new))).build());
        }
        server.endpoint("*", "/*", guarded(true, asked -> SseReply.refuse(404, asked.path() + ": no such path")));
    }

    private byte @Nullable [] secret() {
        if (token != null && tokenFile != null) {
            throw new IllegalArgumentException("--token-file: beside --token (expected: one of them)");
        }
        String from = tokenFile != null ? "--token-file" : token != null ? "--token" : TOKEN_VARIABLE;
        String given = tokenFile != null ? firstLine(tokenFile) : token != null ? token : System.getenv(TOKEN_VARIABLE);
        if (given != null && given.isEmpty()) {
            throw new IllegalArgumentException(from + ": empty (expected: a secret)");
        }
        return given == null ? null : given.getBytes(UTF_8);
    }

    private static String firstLine(Path file) {
        try {
            return Files.readString(file).lines().findFirst().orElse("").strip();
        } catch (IOException e) {
            throw new IllegalArgumentException("--token-file: " + file + " (expected: a file of text in UTF-8)", e);
        }
    }

    /**
     * Adds an endpoint. A request without the token is refused, with any method, before any of its body is read.
     *
     * @param method GET or POST. For a POST the origin is checked, because a browser sends that of a page of another
     *     origin even if the page may not read the reply
     */
    void endpoint(SseServer.Builder server, String method, String path, SseEndpoint endpoint) {
        endpoint(server, method, path, endpoint, EndpointOptions.builder());
    }

    /** Adds an endpoint as above, with options. */
    void endpoint(
            SseServer.Builder server,
            String method,
            String path,
            SseEndpoint endpoint,
            EndpointOptions.Builder options) {
        boolean isPost = method.equals("POST");
        String allowed = isPost ? method : "GET, HEAD";
        SseEndpoint notAllowed =
                request -> SseReply.refuse(405, "method: " + request.method() + " (expected: " + allowed + ")")
                        .header("Allow", allowed);
        server.endpoint("*", path, guarded(true, notAllowed));
        server.endpoint(
                method,
                path,
                guarded(false, endpoint),
                (isPost && !cors.contains(ANY) ? options.origins() : options).build());
    }

    /**
     * Returns an endpoint that refuses requests without the token.
     *
     * @param byHead whether the other requests are answered before their body is read
     */
    private SseEndpoint guarded(boolean byHead, SseEndpoint endpoint) {
        return new SseEndpoint() {
            @Override
            public @Nullable SseReply head(SseRequest request) {
                if (!admits(request)) {
                    return SseReply.refuse(401, "token: none that is known");
                }
                return byHead ? endpoint.handle(request) : null;
            }

            @Override
            public SseReply handle(SseRequest request) {
                return endpoint.handle(request);
            }
        };
    }

    /** Returns whether a request has the token. The comparison takes constant time. */
    private boolean admits(SseRequest request) {
        String given = requireNonNullElse(request.header("Authorization"), "");
        String bearer =
                given.regionMatches(true, 0, BEARER, 0, BEARER.length()) ? given.substring(BEARER.length()) : "";
        List<String> parameters = request.queryAll("token");
        return secret == null
                || isEqual(secret, bearer.strip().getBytes(ISO_8859_1))
                || parameters.size() == 1 && isEqual(secret, parameters.get(0).getBytes(UTF_8));
    }

    /** Sets the expiry of a stream, if the options have one. */
    SseReply.Subscribe grant(SseReply.Subscribe stream) {
        return expires == null ? stream : stream.expiresAt(Instant.now().plus(expires));
    }
}

package dev.freshet.examples;

import dev.freshet.netty.redis.RedisEventStore;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options of a store in Redis; without them, there is none. */
final class RedisOptions {
    private static final String DEFAULT_KEY = "freshet";

    /** The least number of events to keep, for all topics together. */
    private static final long LEAST_EVENTS = 250_000;

    @Option(
            names = "--redis",
            paramLabel = "URI",
            description = "Share the events with all that have the same stream, such as redis://127.0.0.1:6379.")
    private @Nullable String uri;

    @Option(
            names = "--redis-key",
            paramLabel = "KEY",
            description = "The key of the stream; " + DEFAULT_KEY + " if not given.")
    private @Nullable String key;

    /**
     * Creates the store, or returns null if the options have none.
     *
     * @param events how many events the stream keeps at least
     * @param age how long it keeps them
     * @throws ParameterException if the URI is malformed, or there is a key but no URI
     */
    @Nullable
    RedisEventStore store(long events, Duration age, CommandLine commandLine) {
        if (uri == null) {
            if (key != null) {
                throw new ParameterException(commandLine, "--redis-key: " + key + " (expected: with --redis)");
            }
            return null;
        }
        try {
            return RedisEventStore.builder(redis(commandLine, uri), key == null ? DEFAULT_KEY : key)
                    .maxEvents(Math.max(LEAST_EVENTS, events))
                    .maxAge(age)
                    .build();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(commandLine, "--redis-" + e.getMessage(), e);
        }
    }

    private static RedisURI redis(CommandLine commandLine, String uri) {
        try {
            return RedisURI.create(uri);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    commandLine, "--redis: " + e.getMessage() + " (expected: such as redis://127.0.0.1:6379)", e);
        }
    }
}

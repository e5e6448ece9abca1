package dev.freshet.examples;

import dev.freshet.hub.SseHub;
import dev.freshet.hub.SseHubBuilder;
import dev.freshet.log.Retention;
import dev.freshet.netty.redis.RedisEventStore;
import dev.freshet.store.FileEventStore;
import io.lettuce.core.RedisURI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a command for the store of its events; without them, the events are in memory. */
final class StoreOptions implements AutoCloseable {
    private static final String DEFAULT_KEY = "freshet";

    /** The least age and size of what a store keeps, because it keeps the events of all topics, and their ends. */
    private static final Duration LEAST_AGE = Duration.ofHours(1);

    private static final long LEAST_BYTES = 256L << 20;
    private static final long LEAST_EVENTS = 250_000;

    @Option(
            names = "--store",
            paramLabel = "FOLDER",
            description = "Folder that keeps the events, so that a restart resets nobody; of one process at a time.")
    private @Nullable Path folder;

    @Option(
            names = "--redis",
            paramLabel = "URI",
            description = "Share the events with all that have the same stream, such as redis://127.0.0.1:6379.")
    private @Nullable String redis;

    @Option(
            names = "--redis-key",
            paramLabel = "KEY",
            description = "The key of the stream; " + DEFAULT_KEY + " if not given.")
    private @Nullable String redisKey;

    private AutoCloseable opened = () -> {};

    /** Returns whether the events are in Redis. */
    boolean isShared() {
        return redis != null;
    }

    /**
     * Returns a builder of a hub whose events are kept where the options say, at least as long as the hub retains them.
     *
     * @throws IllegalArgumentException if the options contradict each other, or one is malformed
     * @throws IllegalStateException if the folder is open already
     * @throws java.io.UncheckedIOException if the folder cannot be read or written
     */
    SseHubBuilder hub(Retention retention) {
        SseHubBuilder hub = SseHub.builder().retention(retention);
        Duration age = retention.maxAge().compareTo(LEAST_AGE) > 0 ? retention.maxAge() : LEAST_AGE;
        if (redis != null) {
            if (folder != null) {
                throw new IllegalArgumentException("--store: " + folder + " (expected: not with --redis)");
            }
            RedisEventStore shared = open(redis, Math.max(LEAST_EVENTS, retention.maxEvents()), age);
            opened = shared;
            return hub.store(shared);
        }
        if (redisKey != null) {
            throw new IllegalArgumentException("--redis-key: " + redisKey + " (expected: with --redis)");
        }
        if (folder != null) {
            FileEventStore files = FileEventStore.builder(folder)
                    .maxAge(age)
                    .maxBytes(Math.max(LEAST_BYTES, retention.maxBytes()))
                    .open();
            opened = files;
            return hub.store(files);
        }
        return hub;
    }

    private RedisEventStore open(String uri, long events, Duration age) {
        RedisURI parsed;
        try {
            parsed = RedisURI.create(uri);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "--redis: " + e.getMessage() + " (expected: such as redis://127.0.0.1:6379)", e);
        }
        try {
            return RedisEventStore.builder(parsed, redisKey == null ? DEFAULT_KEY : redisKey)
                    .maxEvents(events)
                    .maxAge(age)
                    .build();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--redis-" + e.getMessage(), e);
        }
    }

    /** Closes the store, if there is one; called after the hub is closed. */
    @Override
    public void close() throws Exception {
        opened.close();
    }
}

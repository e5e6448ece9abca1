package dev.freshet.examples;

import dev.freshet.hub.SseHub;
import dev.freshet.hub.SseHubBuilder;
import dev.freshet.log.Retention;
import dev.freshet.netty.redis.RedisEventStore;
import dev.freshet.store.FileEventStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options of a command for the store of its events; without them, the events are in memory. */
final class StoreOptions implements AutoCloseable {
    /** The least age and size of what a store keeps, because it keeps the events of all topics, and their ends. */
    private static final Duration LEAST_AGE = Duration.ofHours(1);

    private static final long LEAST_BYTES = 256L << 20;

    @Option(
            names = "--store",
            paramLabel = "FOLDER",
            description = "Folder that keeps the events, so that a restart resets nobody; of one process at a time.")
    private @Nullable Path folder;

    @Mixin
    private RedisOptions redis = new RedisOptions();

    private AutoCloseable opened = () -> {};

    /**
     * Starts an application with a hub. The hub's events are kept where the options say, at least as long as the hub
     * retains them. The store is closed if the start fails.
     *
     * @param retention of the hub
     * @param start builds the hub and starts the application
     * @throws ParameterException if the options contradict each other, or one is malformed
     * @throws IllegalStateException if the folder is open already
     * @throws java.io.UncheckedIOException if the folder cannot be read or written
     */
    <T> T start(Retention retention, CommandLine commandLine, Function<SseHubBuilder, T> start) {
        try {
            return start.apply(apply(SseHub.builder().retention(retention), retention, commandLine));
        } catch (RuntimeException e) {
            closeAfter(e);
            throw e;
        }
    }

    private SseHubBuilder apply(SseHubBuilder hub, Retention retention, CommandLine commandLine) {
        Duration age = retention.maxAge().compareTo(LEAST_AGE) > 0 ? retention.maxAge() : LEAST_AGE;
        RedisEventStore shared = redis.store(retention.maxEvents(), age, commandLine);
        if (shared != null) {
            opened = shared;
            if (folder != null) {
                throw new ParameterException(commandLine, "--store: " + folder + " (expected: not with --redis)");
            }
            return hub.store(shared);
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

    private void closeAfter(RuntimeException failure) {
        try {
            close();
        } catch (Exception e) {
            failure.addSuppressed(e);
        }
    }

    /** Closes the store, if there is one; called after the hub is closed. */
    @Override
    public void close() throws Exception {
        opened.close();
    }
}

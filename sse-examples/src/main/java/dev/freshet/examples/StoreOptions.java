package dev.freshet.examples;

import dev.freshet.hub.SseHubBuilder;
import dev.freshet.log.Retention;
import dev.freshet.netty.redis.RedisEventStore;
import dev.freshet.store.FileEventStore;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options of a command that say where its events are kept; without any, in memory. */
final class StoreOptions implements AutoCloseable {
    private static final Duration LEAST_AGE = Duration.ofHours(1);

    @Option(
            names = "--store",
            paramLabel = "FOLDER",
            description = "Folder that keeps the events, so that a restart resets nobody; of one process at a time.")
    private @Nullable Path folder;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private RedisOptions redis;

    private AutoCloseable opened = () -> {};

    /**
     * Has a hub keep its events where the options say, for as long as it retains them, and as it remembers the ends of topics.
     *
     * @param retention of the hub
     * @throws ParameterException if the options contradict each other, or one is malformed
     * @throws IllegalStateException if the folder is open already
     * @throws java.io.UncheckedIOException if it cannot be read or written
     */
    SseHubBuilder apply(SseHubBuilder hub, Retention retention, CommandLine commandLine) {
        RedisEventStore shared = redis.store(commandLine);
        if (shared != null) {
            opened = shared;
            if (folder != null) {
                throw new ParameterException(commandLine, "--store: " + folder + " (expected: not with --redis)");
            }
            return hub.store(shared);
        }
        if (folder != null) {
            Duration age = retention.maxAge().compareTo(LEAST_AGE) > 0 ? retention.maxAge() : LEAST_AGE;
            FileEventStore files = FileEventStore.builder(folder).maxAge(age).open();
            opened = files;
            return hub.store(files);
        }
        return hub;
    }

    /** Closes what was opened, behind the hub. */
    @Override
    public void close() throws Exception {
        opened.close();
    }
}

package dev.freshet.examples;

import dev.freshet.hub.SseHubBuilder;
import dev.freshet.store.FileEventStore;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a command that say where its events are kept; without any, in memory. */
final class StoreOptions implements AutoCloseable {
    @Option(
            names = "--store",
            paramLabel = "FOLDER",
            description = "Folder that keeps the events, so that a restart resets nobody; of one process at a time.")
    private @Nullable Path folder;

    private @Nullable FileEventStore files;

    /**
     * Has a hub keep its events where the options say.
     *
     * @throws IllegalStateException if the folder is open already
     * @throws java.io.UncheckedIOException if it cannot be read or written
     */
    SseHubBuilder apply(SseHubBuilder hub) {
        if (folder != null) {
            files = FileEventStore.open(folder);
            hub.store(files);
        }
        return hub;
    }

    /** Closes what was opened, behind the hub. */
    @Override
    public void close() {
        if (files != null) {
            files.close();
        }
    }
}

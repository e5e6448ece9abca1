package dev.freshet.store;

import dev.freshet.event.EventId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder whose store is opened, closed and killed. */
final class FolderFixture {
    final Path folder;
    private @Nullable FileEventStore opened;

    FolderFixture(Path folder) {
        this.folder = folder;
    }

    /** The store that is open, or that opens with the defaults. */
    FileEventStore store() {
        return opened == null ? open(FileEventStore.builder(folder)) : opened;
    }

    FileEventStore open(FileEventStore.Builder builder) {
        opened = builder.open();
        return opened;
    }

    FileEventStore reopen() {
        close();
        return store();
    }

    void close() {
        if (opened != null) {
            opened.close();
            opened = null;
        }
    }

    /** As a process leaves it that is killed. */
    void kill(boolean forced, String boot) throws IOException {
        close();
        Files.writeString(folder.resolve("state"), "forced=" + forced + "\nboot=" + boot + "\n");
    }

    static String thisBoot() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    }

    List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(path -> path.toString().endsWith(".segment"))
                    .sorted()
                    .toList();
        }
    }

    static List<Notes.Note> kept(EventStore store, int count) throws Exception {
        Notes notes = new Notes();
        try (EventStore.Tail tail = EventStoreContract.tail(store, notes)) {
            return notes.notes(count);
        }
    }

    /** Where the history begins. */
    static EventId floor(EventStore store) throws Exception {
        Notes notes = new Notes();
        try (EventStore.Tail tail = EventStoreContract.tail(store, notes)) {
            return notes.floors().get(0);
        }
    }
}

package dev.freshet.store;

import dev.freshet.event.EventId;
import dev.freshet.harness.FuzzInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A fuzz target: of a folder with a damaged file a store keeps the entries before the damage, or none and a later floor,
 * which resets every client. It keeps nothing behind a gap, and it appends afterwards.
 */
public final class FileRecoveryFuzz {
    private static final int ENTRIES = 12;
    private static final int MOST_CHANGES = 8;

    private static final Path FOLDER;
    private static final List<Notes.Note> APPENDED;
    private static final EventId FLOOR;
    private static final String SEGMENT;
    private static final byte[] SEGMENT_BYTES;
    private static final String BOOT;

    static {
        try {
            FOLDER = Files.createTempDirectory("recovery-fuzz");
            FOLDER.toFile().deleteOnExit();
            BOOT = FolderFixture.thisBoot();
            FolderFixture files = new FolderFixture(FOLDER);
            for (int i = 0; i < ENTRIES; i++) {
                EventStoreContract.append(files.store(), EventStoreContract.event("topic" + i % 3, "data " + i));
            }
            APPENDED = FolderFixture.kept(files.store(), ENTRIES);
            FLOOR = FolderFixture.floor(files.store());
            files.close();
            SEGMENT = files.segments().get(0).getFileName().toString();
            SEGMENT_BYTES = Files.readAllBytes(files.segments().get(0));
            clear();
        } catch (Exception e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private FileRecoveryFuzz() {}

    /** Runs one input. */
    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        FuzzInput in = new FuzzInput(input);
        Files.writeString(FOLDER.resolve("state"), "forced=" + (in.next(2) == 0) + "\nboot=" + BOOT + "\n");
        Files.write(FOLDER.resolve(SEGMENT), damaged(in));
        FolderFixture files = new FolderFixture(FOLDER);
        try {
            files.open(FileEventStore.builder(FOLDER).fsync(Fsync.never()));
            check(files);
        } finally {
            files.close();
            clear(); // a folder that is not empty is not deleted on exit
        }
    }

    private static void check(FolderFixture files) throws Exception {
        EventId last = EventStoreContract.append(files.store(), EventStoreContract.event("after", "the damage"));
        Notes notes = new Notes();
        try (EventStore.Tail tail = EventStoreContract.tail(files.store(), notes)) {
            List<Notes.Note> all = notes.until(last);
            List<Notes.Note> before = all.subList(0, all.size() - 1);
            EventId floor = notes.floors().get(0);
            boolean isPrefix = floor.equals(FLOOR) && text(before).equals(text(APPENDED.subList(0, before.size())));
            boolean isAnew = before.isEmpty()
                    && floor.compareTo(APPENDED.get(ENTRIES - 1).id()) > 0;
            if (!isPrefix && !isAnew) {
                throw new AssertionError("floor " + floor + ", " + text(before) + " (expected: a prefix of " + FLOOR
                        + ", " + text(APPENDED) + ", or a later floor and none)");
            }
        }
    }

    private static List<String> text(List<Notes.Note> notes) {
        return notes.stream()
                .map(note -> note.id() + " " + note.time() + " " + note.entry().topic() + " "
                        + Arrays.toString(note.entry().body()))
                .toList();
    }

    /** Returns the segment with some bytes changed, removed or added. */
    private static byte[] damaged(FuzzInput in) {
        byte[] bytes = SEGMENT_BYTES.clone();
        for (int i = in.next(MOST_CHANGES); i > 0; i--) {
            int at = in.next(1 << 16) % (bytes.length + 1);
            switch (in.next(4)) {
                case 0 -> bytes = Arrays.copyOf(bytes, at);
                case 1 -> bytes = Arrays.copyOf(bytes, bytes.length + at);
                default -> {
                    if (at < bytes.length) {
                        bytes[at] = (byte) in.next(256);
                    }
                }
            }
            if (bytes.length > 2 * SEGMENT_BYTES.length) {
                bytes = Arrays.copyOf(bytes, SEGMENT_BYTES.length);
            }
        }
        byte[] more = in.rest();
        byte[] all = Arrays.copyOf(bytes, bytes.length + more.length);
        System.arraycopy(more, 0, all, bytes.length, more.length);
        return all;
    }

    private static void clear() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> found = Files.list(FOLDER)) {
            found.forEach(files::add);
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }
}

package dev.freshet.store;

import dev.freshet.event.EventId;
import dev.freshet.store.EntryFormat.Kept;
import dev.freshet.store.StoredEntry.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Files of entries without a store. */
final class SegmentFixture {
    private SegmentFixture() {}

    static Kept kept(Kind kind, String topic, long millis, @Nullable EventId start) {
        return new Kept(new EventId(millis, 0), millis, new StoredEntry(kind, topic, new byte[0], null, start));
    }

    static Kept event(long millis, int bytes) {
        return new Kept(new EventId(millis, 0), millis, new StoredEntry(Kind.EVENT, "a", new byte[bytes], null, null));
    }

    static ByteBuffer encoded(Kept kept) {
        return EntryFormat.encode(kept.id(), kept.time(), kept.entry());
    }

    static void write(SegmentFile file, Kept... entries) throws IOException {
        for (Kept kept : entries) {
            file.holds(kept.entry());
            file.write(encoded(kept), kept.id(), kept.time());
        }
    }

    /** Creates a closed file of entries. */
    static SegmentFile create(Path path, EventId floor, Kept... entries) throws IOException {
        SegmentFile file = SegmentFile.create(path, floor);
        write(file, entries);
        file.close();
        return file;
    }

    /** The files of a folder of which this process has descriptors, on Linux. */
    static List<Path> openFiles(Path folder) throws IOException {
        Path real = folder.toRealPath();
        List<Path> open = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : all) {
                try {
                    open.add(Files.readSymbolicLink(descriptor));
                } catch (IOException e) {
                    continue; // it was closed meanwhile
                }
            }
        }
        return open.stream().filter(path -> path.startsWith(real)).toList();
    }

    static List<Kept> read(SegmentFile file) throws IOException {
        List<Kept> all = new ArrayList<>();
        file.read(all::add);
        return all;
    }
}

package dev.freshet.store;

import static dev.freshet.store.StoreLogger.LOGGER;

import dev.freshet.event.EventId;
import dev.freshet.store.EntryFormat.Kept;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The files of a store: segments in order, of which the last is written to, the ends of topics in deleted segments, and
 * the state in which the folder was left. Confined to the thread that writes the store, after it was opened.
 */
final class StoreFolder implements AutoCloseable {
    private static final String SEGMENT = ".segment";
    private static final String ASIDE = ".aside";
    /** The share of a store's bytes that the ends of topics in deleted files may take in addition, as a divisor. */
    private static final int ENDS_SHARE = 16;

    private static final EventId NONE = new EventId(0, 0);
    private static final long INCARNATION_MASK = (1L << 32) - 1;

    private final OwnThread writer = new OwnThread();
    private final Path folder;
    private final InstantSource clock;
    private final FileChannel lock;
    final FolderMarking marking;
    private final Deque<SegmentFile> segments = new ArrayDeque<>();
    private final CompactedTopicStates ends;
    private long bytes;

    private StoreFolder(Path folder, FileEventStore.Builder options, FileChannel lock) {
        this.folder = folder;
        this.clock = options.clock;
        this.ends = new CompactedTopicStates(folder, options.endAge.toMillis(), options.maxBytes / ENDS_SHARE);
        this.lock = lock;
        this.marking = new FolderMarking(folder);
    }

    /**
     * Opens the files of a folder, or begins a history.
     *
     * @throws IllegalStateException if another store has the folder open
     */
    static StoreFolder open(FileEventStore.Builder options) throws IOException {
        Path path = options.folder;
        Path folder = Files.createDirectories(path).toRealPath();
        if (!OpenFolders.add(folder)) {
            throw refused(path);
        }
        try {
            FileChannel lock =
                    FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            StoreFolder opened = new StoreFolder(folder, options, lock);
            try {
                if (lock.tryLock() == null) {
                    throw refused(path);
                }
                opened.recover(ShutdownMarker.read(folder));
                opened.marking.open(options.disk.apply(opened.written()), options.fsync.isEach());
                return opened;
            } catch (Throwable e) {
                try (Closeable files = opened::closeFiles) {
                    throw e;
                }
            }
        } catch (Throwable e) {
            OpenFolders.remove(folder);
            throw e;
        }
    }

    private static IllegalStateException refused(Path path) {
        return new IllegalStateException("store: " + path + " is open already (expected: by one store of one process)");
    }

    /** Recovers the segments. Sets all of them aside if acknowledged entries may be missing. */
    private void recover(ShutdownMarker left) throws IOException {
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*" + SEGMENT)) {
            found.forEach(paths::add);
        }
        paths.sort(null);
        boolean isWhole = true;
        boolean isTorn = false;
        List<Path> headless = new ArrayList<>();
        for (Path path : paths) {
            boolean isLast = path.equals(paths.get(paths.size() - 1));
            SegmentFile segment = SegmentFile.read(path);
            if (segment == null) {
                isWhole &= isLast && SegmentFile.isUnborn(path);
                headless.add(path);
                continue;
            }
            isWhole &= segments.isEmpty() || segments.getLast().last().equals(segment.floor);
            SegmentFile.End end = segment.recover();
            isTorn |= end == SegmentFile.End.TORN;
            isWhole &= end == SegmentFile.End.WHOLE || isLast && isTorn;
            segments.addLast(segment);
            bytes += segment.length();
        }
        SegmentFile newest = segments.peekLast();
        if (isWhole && newest == null) {
            moveAside(headless);
            ends.clear();
            begin(new EventId(Math.max(0, clock.millis()), drawn()));
            return;
        }
        if (isWhole && newest != null && left.isCertain(ShutdownMarker.endOf(newest), isTorn)) {
            moveAside(headless);
            newest.openToWrite();
            newest.cutTail();
            ends.recover(newest);
            marking.found(left);
            while (segments.size() > 1 && ends.covers(segments.getFirst())) {
                Files.delete(segments.getFirst().path); // it was about to be deleted
                bytes -= segments.removeFirst().length();
            }
            return;
        }
        EventId last = newest == null ? NONE : newest.last();
        EventId floor = new EventId(Math.max(clock.millis(), last.millis() + 1), drawn());
        LOGGER.warn(
                "store: {} may lack entries after {}; it begins anew at {}, every client is reset, and what there was is kept"
                        + " aside",
                folder,
                last,
                floor);
        setAside(headless, left);
        ends.clear();
        begin(floor);
    }

    private static long drawn() {
        return new SecureRandom().nextInt() & INCARNATION_MASK;
    }

    /**
     * Sets the segments and other files aside. Deletes what was set aside before, unless that was the beginning of this.
     * If this stops halfway, the next open continues: by the state the files that are left are not taken for a history.
     */
    private void setAside(List<Path> others, ShutdownMarker left) throws IOException {
        if (!left.isSettingAside()) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*" + ASIDE)) {
                for (Path path : found) {
                    Files.delete(path);
                }
            }
            ShutdownMarker.settingAside().write(folder);
            force(folder);
        }
        moveAside(others);
        moveAside(segments.stream().map(segment -> segment.path).toList());
        segments.clear();
        bytes = 0;
    }

    private static void moveAside(List<Path> files) throws IOException {
        for (Path file : files) {
            Path aside = file.resolveSibling(file.getFileName() + ASIDE);
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private void begin(EventId floor) throws IOException {
        String name = "%019d-%019d".formatted(floor.millis(), floor.sequence());
        segments.addLast(SegmentFile.create(folder.resolve(name + SEGMENT), floor));
        bytes += written().length();
        force(folder);
    }

    /** Forces a folder, so that its new files are there after a crash, if the system supports that. */
    static void force(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            LOGGER.debug("store: {} cannot be forced", folder, e);
        }
    }

    SegmentFile written() {
        return segments.getLast();
    }

    /** Begins another segment, after the one that is full and forced. */
    void roll() throws IOException {
        assert writer.isCurrent();
        SegmentFile full = written();
        begin(full.last());
        full.close();
    }

    /** Counts bytes that were written. */
    void grown(long by) {
        assert writer.isCurrent();
        bytes += by;
    }

    /** Returns the position at which the history begins. */
    EventId floor() {
        return segments.getFirst().floor;
    }

    /** Reads the ends and starts of the topics in deleted files. */
    void readStates(Consumer<Kept> states) throws IOException {
        ends.read(states);
    }

    void read(Consumer<Kept> entries) throws IOException {
        for (SegmentFile segment : segments) {
            segment.read(entries);
        }
    }

    /**
     * Deletes the oldest segments over the bounds, but not the one that is written to. A failure is retried by the next
     * call.
     */
    void trim(long maxBytes, long oldest) {
        assert writer.isCurrent();
        while (segments.size() > 1 && (bytes > maxBytes || segments.getFirst().lastTime() < oldest)) {
            SegmentFile first = segments.getFirst();
            try {
                ends.takeOver(first, clock.millis());
            } catch (IOException e) { // else nothing would ever be deleted on a full disk
                LOGGER.warn("store: {} goes, and the ends of topics in it are forgotten", first.path, e);
            }
            try {
                Files.deleteIfExists(first.path);
            } catch (IOException e) {
                LOGGER.warn("store: {} cannot be deleted: {}", first.path, e.toString());
                return;
            }
            segments.removeFirst();
            bytes -= first.length();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            closeFiles();
        } finally {
            OpenFolders.remove(folder);
        }
    }

    private void closeFiles() throws IOException {
        try (lock) { // which is released also if a file cannot be closed
            for (SegmentFile segment : segments) {
                segment.close();
            }
        }
    }

    @Override
    public String toString() {
        return Objects.toString(folder);
    }
}

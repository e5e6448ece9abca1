package dev.freshet.store;

import static dev.freshet.store.StoreLogger.LOGGER;

import dev.freshet.event.EventId;
import dev.freshet.store.EntryFormat.Kept;
import dev.freshet.store.StoredEntry.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The states of the topics in deleted files: the start, end or removal of each, whichever came last. They are kept in a
 * file of such entries, without their bodies and in order, whose name is the position up to which it was made. A new
 * file replaces the one before it, and then the segment is deleted whose entries it has taken over. Confined to the
 * thread that writes the store, after it was opened.
 */
final class CompactedTopicStates {
    private static final String SUFFIX = ".ends";
    private static final EventId NOTHING = new EventId(0, 0);

    private final OwnThread writer = new OwnThread();
    private final Path folder;
    private final long keepMillis;
    private final long mostBytes;
    private @Nullable Path file;

    /**
     * Creates an empty set of states.
     *
     * @param keepMillis how long an end is kept
     * @param mostBytes the most bytes of all states; over it the oldest are dropped
     */
    CompactedTopicStates(Path folder, long keepMillis, long mostBytes) {
        this.folder = folder;
        this.keepMillis = keepMillis;
        this.mostBytes = mostBytes;
    }

    /**
     * Finds the newest whole file and deletes all others. A file of a later position than the newest segment does not
     * count.
     */
    void recover(SegmentFile newest) throws IOException {
        List<Path> found = new ArrayList<>(found());
        found.sort(null);
        for (int i = found.size() - 1; i >= 0; i--) {
            Path path = found.get(i);
            boolean isMade = path.toString().endsWith(SUFFIX); // else it was being made, and a segment has its entries
            boolean isNewer = name(newest.floor).compareTo(path.getFileName().toString()) < 0;
            if (isMade && file == null && !isNewer && isWhole(path)) {
                file = path;
                continue;
            }
            Files.delete(path);
            if (isMade && file == null) {
                LOGGER.warn("store: {} is not whole; the ends of topics in deleted files are forgotten", path);
            }
        }
    }

    private static boolean isWhole(Path path) throws IOException {
        SegmentFile read = SegmentFile.read(path);
        return read != null && read.recover() == SegmentFile.End.WHOLE;
    }

    private List<Path> found() throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX + "*")) {
            files.forEach(found::add);
        }
        return found;
    }

    /** Drops all states. */
    void clear() throws IOException {
        file = null;
        for (Path path : found()) {
            Files.delete(path);
        }
    }

    /** Returns whether the entries of a segment are taken over. Such a segment was about to be deleted. */
    boolean covers(SegmentFile segment) {
        return file != null && name(segment.last()).compareTo(file.getFileName().toString()) <= 0;
    }

    private static String name(EventId position) {
        return "%019d-%019d".formatted(position.millis(), position.sequence()) + SUFFIX;
    }

    /** Reads all states, in order. */
    void read(Consumer<Kept> entries) throws IOException {
        SegmentFile read = file == null ? null : SegmentFile.read(file);
        if (read != null) {
            read.recover();
            read.read(entries);
        }
    }

    /** Takes over the states in a segment that is about to be deleted, and drops those that are too old. */
    void takeOver(SegmentFile segment, long now) throws IOException {
        assert writer.isCurrent();
        if (!segment.hasLives() || covers(segment)) {
            return;
        }
        Map<String, Kept> topics = new LinkedHashMap<>(); // by the newest entry of each, the oldest first
        read(kept -> topics.put(kept.entry().topic(), kept));
        segment.read(kept -> take(topics, kept));
        topics.values().removeIf(kept -> kept.entry().kind() != Kind.START && now - kept.time() >= keepMillis);
        write(topics.values(), segment.last());
    }

    /** Takes over an entry by the rules of a hub: it may have come too late for its topic. */
    private void take(Map<String, Kept> topics, Kept kept) {
        StoredEntry entry = kept.entry();
        Kept before = topics.get(entry.topic());
        if (before != null && before.entry().kind() != Kind.START && kept.time() - before.time() >= keepMillis) {
            before = null;
        }
        boolean isTaken =
                switch (entry.kind()) {
                    case EVENT, URGENT, RENEWAL, PROBE -> false;
                    case REMOVAL -> true;
                    case START -> before == null || before.entry().kind() == Kind.REMOVAL;
                    case LAST -> before == null || isEndOf(before, entry);
                };
        if (isTaken) {
            EventId start = before != null && before.entry().kind() == Kind.START ? before.id() : entry.start();
            StoredEntry state = new StoredEntry(entry.kind(), entry.topic(), new byte[0], null, start);
            topics.remove(entry.topic()); // so that the topic becomes the newest
            topics.put(entry.topic(), new Kept(kept.id(), kept.time(), state));
        }
    }

    private static boolean isEndOf(Kept before, StoredEntry last) {
        return switch (before.entry().kind()) {
            case START -> last.start() == null || last.start().equals(before.id());
            case REMOVAL -> last.start() == null;
            case LAST, EVENT, URGENT, RENEWAL, PROBE -> false;
        };
    }

    private void write(Collection<Kept> topics, EventId position) throws IOException {
        List<ByteBuffer> encoded = new ArrayList<>();
        int bytes = 0;
        for (Kept kept : topics) {
            ByteBuffer each = EntryFormat.encode(kept.id(), kept.time(), kept.entry());
            bytes += each.remaining();
            encoded.add(each);
        }
        Iterator<ByteBuffer> oldest = encoded.iterator();
        while (bytes > mostBytes) {
            bytes -= oldest.next().remaining();
            oldest.remove();
        }
        ByteBuffer all = ByteBuffer.allocate(bytes);
        encoded.forEach(all::put);
        Path next = folder.resolve(name(position));
        Path part = folder.resolve(name(position) + ".part");
        Files.deleteIfExists(part);
        SegmentFile written = SegmentFile.create(part, NOTHING);
        try {
            written.write(all.flip(), position, Long.MIN_VALUE);
            written.sync();
        } finally {
            written.close();
        }
        Files.move(part, next, StandardCopyOption.ATOMIC_MOVE);
        Path before = file;
        file = next;
        StoreFolder.force(folder);
        if (before != null && !before.equals(next)) {
            Files.delete(before);
        }
    }
}

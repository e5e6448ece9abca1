package dev.freshet.store;

import static dev.freshet.store.SegmentFixture.event;
import static dev.freshet.store.SegmentFixture.kept;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.freshet.event.EventId;
import dev.freshet.store.EntryFormat.Kept;
import dev.freshet.store.StoredEntry.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class StoreFolderTest {
    private static final int HEADER = 28;
    private static final EventId NOTHING = new EventId(0, 0);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private final List<StoreFolder> opened = new ArrayList<>();

    private StoreFolder open() throws IOException {
        StoreFolder files = StoreFolder.open(FileEventStore.builder(folder).clock(() -> Instant.EPOCH));
        opened.add(files);
        return files;
    }

    @AfterEach
    void close() throws IOException {
        for (StoreFolder files : opened) {
            files.close();
        }
    }

    private static String name(EventId position, String suffix) {
        return "%019d-%019d".formatted(position.millis(), position.sequence()) + suffix;
    }

    private SegmentFile segment(EventId floor, Kept... entries) throws IOException {
        return SegmentFixture.create(folder.resolve(name(floor, ".segment")), floor, entries);
    }

    private void ends(long millis) throws IOException {
        SegmentFixture.create(
                folder.resolve(name(new EventId(millis, 0), ".ends")), NOTHING, kept(Kind.LAST, "a", millis, null));
    }

    private void wasForced() throws IOException {
        ShutdownMarker.open(true, false).write(folder);
    }

    private List<String> names(String part) throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            return found.map(path -> path.getFileName().toString())
                    .filter(name -> name.contains(part))
                    .sorted()
                    .toList();
        }
    }

    private static void write(StoreFolder files, Kept kept) throws IOException {
        long length = files.written().length();
        SegmentFixture.write(files.written(), kept);
        files.grown(files.written().length() - length);
    }

    @Test
    void aFolderThatIsOpenIsRefused() throws Exception {
        StoreFolder files = open();
        assertThatIllegalStateException()
                .isThrownBy(this::open)
                .withMessage("store: " + folder + " is open already (expected: by one store of one process)");
        files.close();
        assertThat(open()).hasToString(folder.toRealPath().toString());
    }

    @Test
    void aHistoryThatBeginsSetsUnbornFilesAsideAndKnowsNoEnds() throws Exception {
        Files.createFile(folder.resolve("unborn.segment"));
        ends(3);
        open();

        assertThat(names("unborn")).containsExactly("unborn.segment.aside");
        assertThat(names(".ends")).isEmpty();
    }

    @Test
    void aHistoryThatBeginsAnewBeginsAboveAllThatItHadAlsoWhereTheClockIsBehind() throws Exception {
        segment(NOTHING, event(7, 0));
        Files.writeString(folder.resolve("state"), "forced=false\n");

        assertThat(open().floor().millis()).isEqualTo(8);
    }

    @Test
    void theOnlyFileStaysAlthoughItsEntriesAreTakenOver() throws Exception {
        EventId floor = new EventId(5, 0);
        segment(floor);
        ends(5);
        wasForced();

        assertThat(open().floor()).isEqualTo(floor);
        assertThat(names(".ends")).hasSize(1);
    }

    @Test
    void aFileThatIsTakenOverDoesNotCountAnyMore() throws Exception {
        segment(NOTHING, event(5, 1_000));
        SegmentFile second = segment(new EventId(5, 0), event(6, 10));
        ends(5);
        wasForced();
        StoreFolder files = open();
        assertThat(names(".segment")).hasSize(1);
        files.roll();
        long bytes = second.length() + HEADER;
        files.trim(bytes, Long.MIN_VALUE);
        assertThat(names(".segment")).hasSize(2);

        files.trim(bytes - 1, Long.MIN_VALUE);
        assertThat(names(".segment")).hasSize(1);
    }

    @Test
    void filesAreDeletedOverTheirBoundToTheByteTheOldestFirst() throws Exception {
        StoreFolder files = open();
        write(files, event(2, 100));
        long first = files.written().length();
        files.roll();
        write(files, event(3, 50));
        long second = files.written().length();
        files.roll();
        long all = first + second + HEADER;

        files.trim(all, Long.MIN_VALUE);
        assertThat(names(".segment")).hasSize(3);
        files.trim(all - 1, Long.MIN_VALUE);
        assertThat(files.floor()).isEqualTo(new EventId(2, 0));
        files.trim(second + HEADER, Long.MIN_VALUE);
        assertThat(names(".segment")).hasSize(2);
        files.trim(0, Long.MAX_VALUE);
        assertThat(names(".segment")).containsExactly(name(new EventId(3, 0), ".segment"));
    }

    @Test
    void aFileIsDeletedOnceItsLastEntryIsTooOld() throws Exception {
        StoreFolder files = open();
        write(files, event(2, 0));
        files.roll();

        files.trim(Long.MAX_VALUE, 2);
        assertThat(names(".segment")).hasSize(2);
        files.trim(Long.MAX_VALUE, 3);
        assertThat(names(".segment")).hasSize(1);
    }

    @Test
    void aFileWhoseEndsCannotBeReadGoesAllTheSame() throws Exception {
        StoreFolder files = open();
        write(files, kept(Kind.LAST, "a", 2, null));
        Path path = files.written().path;
        files.roll();
        Files.write(path, new byte[HEADER]);

        files.trim(0, Long.MIN_VALUE);
        assertThat(names(".segment")).hasSize(1);
        assertThat(names(".ends")).isEmpty();
    }

    @Test
    void aFileThatCannotBeDeletedStaysInTheHistoryUntilItCan() throws Exception {
        StoreFolder files = open();
        write(files, event(2, 0));
        EventId floor = files.floor();
        Path path = files.written().path;
        files.roll();
        Files.delete(path);
        Path obstacle = Files.createFile(Files.createDirectory(path).resolve("obstacle"));
        files.trim(0, Long.MIN_VALUE);
        assertThat(files.floor()).isEqualTo(floor);

        Files.delete(obstacle);
        files.trim(0, Long.MIN_VALUE);
        assertThat(files.floor()).isEqualTo(new EventId(2, 0));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void onlyTheLastFileIsOpenAndNoneAfterTheClose() throws Exception {
        StoreFolder files = open();
        write(files, event(2, 0));
        files.roll();
        assertThat(SegmentFixture.openFiles(folder)).hasSize(2).contains(files.written().path);
        files.close();
        assertThat(SegmentFixture.openFiles(folder)).isEmpty();
    }

    @Test
    void aFolderThatIsLeftHasTheEndOfItsFiles() throws Exception {
        StoreFolder files = open();
        files.marking.leave(files.written());
        assertThat(ShutdownMarker.read(folder))
                .isEqualTo(ShutdownMarker.closed(ShutdownMarker.endOf(files.written()), false));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFolderThatCouldNotBeOpenedLeavesNoFileOpen() throws Exception {
        Path obstacle = Files.createDirectory(folder.resolve("state.next"));
        assertThatIOException().isThrownBy(this::open);
        assertThat(SegmentFixture.openFiles(folder)).isEmpty();
        Files.delete(obstacle);
        assertThat(open().floor()).isGreaterThanOrEqualTo(NOTHING);
    }
}

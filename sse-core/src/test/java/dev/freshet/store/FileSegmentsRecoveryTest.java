package dev.freshet.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import dev.freshet.harness.LogReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found in a folder whose history is in several files. */
class FileSegmentsRecoveryTest {
    private static final int ENTRIES = 10;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private FolderFixture files;

    @SuppressWarnings("NullAway.Init")
    private EventId first;

    @BeforeEach
    void begin() throws Exception {
        files = new FolderFixture(folder);
        open();
        first = EventStoreContract.append(files.store(), EventStoreContract.event("a", "x".repeat(2000)));
        for (int i = 1; i < ENTRIES; i++) {
            EventStoreContract.append(files.store(), EventStoreContract.event("a", "x".repeat(2000)));
        }
        assertThat(files.segments()).hasSizeGreaterThan(2);
    }

    @AfterEach
    void close() {
        files.close();
    }

    /** A store whose files are small. */
    private FileEventStore open() {
        return files.open(FileEventStore.builder(folder).maxBytes(64 << 10));
    }

    private void assertThatNothingIsLost() throws Exception {
        assertThat(FolderFixture.kept(open(), ENTRIES).get(0).id()).isEqualTo(first);
    }

    private void assertThatTheHistoryBeginsAnew() throws Exception {
        assertThat((int) FolderFixture.floor(open()).sequence()).isNotEqualTo((int) first.sequence());
    }

    private List<Path> setAside() throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            return found.filter(path -> path.toString().endsWith(".aside")).toList();
        }
    }

    private Path newest() throws IOException {
        List<Path> segments = files.segments();
        return segments.get(segments.size() - 1);
    }

    @Test
    void theEntriesOfAllFilesAreThereAfterARestart() throws Exception {
        files.close();
        assertThatNothingIsLost();
    }

    @Test
    void aFileThatIsMissingBetweenOthersIsNoSilentGap() throws Exception {
        files.close();
        Files.delete(files.segments().get(1));
        assertThatTheHistoryBeginsAnew();
    }

    @Test
    void aFileThatWasCutBeforeTheLastIsNoSilentGap() throws Exception {
        files.kill(true, "");
        Path second = files.segments().get(1);
        Files.write(second, Arrays.copyOf(Files.readAllBytes(second), (int) Files.size(second) - 3));
        assertThatTheHistoryBeginsAnew();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 28})
    void aFileThatWasBeingCreatedIsLeftOut(int bytes) throws Exception {
        files.kill(true, "");
        Files.write(folder.resolve("9" + newest().getFileName()), new byte[bytes]);
        assertThatNothingIsLost();
        assertThat(setAside()).hasSize(1);
    }

    @Test
    void aFileWithoutAHeaderThatHasMoreThanOneIsNoSilentGap() throws Exception {
        files.kill(true, "");
        Files.write(folder.resolve("9" + newest().getFileName()), new byte[29]);
        assertThatTheHistoryBeginsAnew();
    }

    @Test
    void zerosAtTheEndAreNoDamageHoweverManyThereAre() throws Exception {
        files.kill(true, "");
        Files.write(newest(), new byte[600_000], StandardOpenOption.APPEND);
        assertThatNothingIsLost();
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 300_000, 599_999})
    void whatIsNotZeroBehindZerosIsNoSilentGap(int at) throws Exception {
        files.kill(true, "");
        byte[] behind = new byte[600_000];
        behind[at] = 1;
        Files.write(newest(), behind, StandardOpenOption.APPEND);
        assertThatTheHistoryBeginsAnew();
    }

    @Test
    void whereNoBootIsKnownACrashIsAssumed() throws Exception {
        files.kill(false, "");
        assertThatTheHistoryBeginsAnew();
    }

    @Test
    void whatIsSetAsideIsKeptUntilTheHistoryBeginsAnewAgain() throws Exception {
        List<Path> before = files.segments();
        files.kill(false, "another");
        assertThatTheHistoryBeginsAnew();
        assertThat(setAside()).hasSameSizeAs(before);

        files.kill(false, "another");
        open();
        assertThat(setAside()).hasSize(1);
    }

    private void damageTheHeader(Path segment) throws IOException {
        byte[] bytes = Files.readAllBytes(segment);
        bytes[0] ^= 1;
        Files.write(segment, bytes);
    }

    @Test
    void aFileWhoseHeaderIsDamagedIsSetAsideWithTheOthers() throws Exception {
        files.close();
        List<Path> before = files.segments();
        damageTheHeader(before.get(1));
        assertThatTheHistoryBeginsAnew();
        assertThat(setAside()).hasSameSizeAs(before);
    }

    @Test
    void noFileIsSetAsideBeforeTheStateSaysSo() throws Exception {
        files.kill(true, "");
        List<Path> before = files.segments();
        damageTheHeader(newest());
        Path obstacle = Files.createDirectory(folder.resolve("state.next"));
        assertThatThrownBy(this::open).isInstanceOf(UncheckedIOException.class);
        assertThat(files.segments()).isEqualTo(before);
        Files.delete(obstacle);

        assertThatTheHistoryBeginsAnew();
        assertThat(setAside()).hasSameSizeAs(before);
    }

    @Test
    void whereSettingAsideHadStoppedItGoesOn() throws Exception {
        files.close();
        List<Path> before = files.segments();
        Path newest = newest();
        Files.move(newest, newest.resolveSibling(newest.getFileName() + ".aside"));
        Files.writeString(folder.resolve("state"), "end=aside\nforced=false\nboot=\n");

        assertThatTheHistoryBeginsAnew();
        assertThat(setAside()).hasSameSizeAs(before);
    }

    @Test
    void aHistoryOfOneFileWhoseHeaderIsDamagedIsNoSilentGap() throws Exception {
        files.close();
        List<Path> all = files.segments();
        for (Path other : all.subList(1, all.size())) {
            Files.delete(other);
        }
        damageTheHeader(all.get(0));

        assertThat(LogReader.logged(this::open)).contains("begins anew");
        assertThat(setAside()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"boot=\\u12\n", "boot=\u00ff\n"})
    void afterAStateThatCannotBeReadAcknowledgedEntriesMayBeMissing(String state) throws Exception {
        files.close();
        Files.writeString(folder.resolve("state"), state, StandardCharsets.ISO_8859_1);
        assertThatTheHistoryBeginsAnew();
    }

    @Test
    void aFolderThatCouldNotBeOpenedOpensOnceTheCauseIsGone() throws Exception {
        files.close();
        Path obstacle = Files.createDirectory(folder.resolve("state.next"));
        assertThatThrownBy(this::open)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("store: " + folder + " cannot be opened: ")
                .hasMessageEndingWith("(expected: a folder that this process may write)");
        Files.delete(obstacle);
        assertThatNothingIsLost();
    }
}

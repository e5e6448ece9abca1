package dev.freshet.store;

import static dev.freshet.store.SegmentFixture.encoded;
import static dev.freshet.store.SegmentFixture.event;
import static dev.freshet.store.SegmentFixture.kept;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.freshet.event.EventId;
import dev.freshet.store.EntryFormat.Kept;
import dev.freshet.store.StoredEntry.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentFileTest {
    private static final int HEADER = 28;
    private static final EventId FLOOR = new EventId(1, 2);
    private static final int MEBIBYTE = 1 << 20;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private Path path;

    @BeforeEach
    void begin() {
        path = folder.resolve("segment");
    }

    private SegmentFile found() throws Exception {
        return Objects.requireNonNull(SegmentFile.read(path));
    }

    private void append(byte[] bytes) throws Exception {
        Files.write(path, bytes, StandardOpenOption.APPEND);
    }

    private void cutTo(int bytes) throws Exception {
        Files.write(path, Arrays.copyOf(Files.readAllBytes(path), bytes));
    }

    @Test
    void theHeaderIsThatOfTheFormat() throws Exception {
        SegmentFile file = SegmentFixture.create(path, FLOOR);
        assertThat(HexFormat.of().formatHex(Files.readAllBytes(path)))
                .startsWith("4652455348455431" + "0000000000000001" + "0000000000000002")
                .hasSize(2 * HEADER);
        assertThat(file.length()).isEqualTo(HEADER);
        assertThat(file.lastTime()).isEqualTo(Long.MIN_VALUE);
        assertThat(found().floor).isEqualTo(FLOOR);
        assertThat(found().last()).isEqualTo(FLOOR);
        assertThat(file).hasToString(path.toString());
    }

    @Test
    void aFileThatIsThereIsNotWrittenOver() throws Exception {
        Files.writeString(path, "of others");
        assertThatIOException()
                .isThrownBy(() -> SegmentFile.create(path, FLOOR))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(path).hasContent("of others");
    }

    @Test
    void aHeaderOfWhichAnyBitIsChangedIsNone() throws Exception {
        SegmentFixture.create(path, FLOOR);
        byte[] header = Files.readAllBytes(path);
        for (int bit = 0; bit < 8 * HEADER; bit++) {
            byte[] changed = header.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(path, changed);
            assertThat(SegmentFile.read(path)).as("bit %s", bit).isNull();
        }
    }

    @Test
    void aFileThatEndsWithinItsHeaderIsUnborn() throws Exception {
        SegmentFixture.create(path, FLOOR);
        assertThat(SegmentFile.isUnborn(path)).isTrue();
        cutTo(HEADER - 1);
        assertThat(SegmentFile.read(path)).isNull();
        assertThat(SegmentFile.isUnborn(path)).isTrue();
        append(new byte[2]);
        assertThat(SegmentFile.isUnborn(path)).isFalse();
    }

    @Test
    void whatWasWrittenIsReadAgain() throws Exception {
        Kept[] entries = {event(2, 10), event(3, 0), event(4, 3 * MEBIBYTE), event(5, MEBIBYTE - 100), event(6, 300)};
        SegmentFile written = SegmentFixture.create(path, FLOOR, entries);
        SegmentFile found = found();

        assertThat(found.recover()).isEqualTo(SegmentFile.End.WHOLE);
        assertThat(SegmentFixture.read(found)).containsExactly(entries);
        assertThat(found.length()).isEqualTo(written.length()).isEqualTo(Files.size(path));
        assertThat(found.last()).isEqualTo(written.last()).isEqualTo(new EventId(6, 0));
        assertThat(found.lastTime()).isEqualTo(written.lastTime()).isEqualTo(6);
    }

    @Test
    void theLastTimeIsTheLatestOfAllAlsoWhereTheClockWentBack() throws Exception {
        StoredEntry entry = event(2, 1).entry();
        SegmentFile written = SegmentFixture.create(
                path, FLOOR, new Kept(new EventId(2, 0), 9, entry), new Kept(new EventId(3, 0), 5, entry));
        SegmentFile found = found();
        found.recover();

        assertThat(written.lastTime()).isEqualTo(9);
        assertThat(found.lastTime()).isEqualTo(9);
    }

    @Test
    void aFileThatIsCutWithinAnEntryEndsBeforeIt() throws Exception {
        SegmentFixture.create(path, FLOOR, event(2, 5), event(3, 5));
        int first = HEADER + encoded(event(2, 5)).remaining();
        for (int size = (int) Files.size(path) - 1; size > first; size--) {
            cutTo(size);
            SegmentFile found = found();
            assertThat(found.recover()).as("%s bytes", size).isEqualTo(SegmentFile.End.TORN);
            assertThat(found.length()).isEqualTo(first);
            assertThat(found.last()).isEqualTo(new EventId(2, 0));
        }
        cutTo(first);
        assertThat(found().recover()).isEqualTo(SegmentFile.End.WHOLE);
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 3})
    void anEntryWhoseIdIsNotAboveTheOneBeforeIsDamage(long millis) throws Exception {
        SegmentFixture.create(path, FLOOR, event(3, 5), event(millis, 5));
        SegmentFile found = found();

        assertThat(found.recover()).isEqualTo(SegmentFile.End.DAMAGED);
        assertThat(found.last()).isEqualTo(new EventId(3, 0));
        assertThat(found.lastTime()).isEqualTo(3);
    }

    @Test
    void anEntryAtTheFloorIsDamage() throws Exception {
        SegmentFixture.create(path, FLOOR, new Kept(FLOOR, 1, event(1, 0).entry()));
        assertThat(found().recover()).isEqualTo(SegmentFile.End.DAMAGED);
    }

    @ParameterizedTest
    @ValueSource(ints = {12, 262_143, 262_144, 262_145, 524_288})
    void zerosBehindTheLastEntryAreATornEndAndWithAnotherByteTheyAreDamage(int zeros) throws Exception {
        SegmentFixture.create(path, FLOOR, event(2, 5));
        append(new byte[zeros]);
        assertThat(found().recover()).isEqualTo(SegmentFile.End.TORN);
        append(new byte[] {1});
        assertThat(found().recover()).isEqualTo(SegmentFile.End.DAMAGED);
    }

    @Test
    void aFileThatIsDamagedBehindItsBackCannotBeRead() throws Exception {
        SegmentFixture.create(path, FLOOR, event(2, 5));
        SegmentFile found = found();
        found.recover();
        cutTo((int) Files.size(path) - 1);

        assertThatIOException().isThrownBy(() -> SegmentFixture.read(found)).withMessage(path + ": damaged");
    }

    @ParameterizedTest
    @EnumSource
    void aFileHasLivesWhereATopicStartsEndsOrIsRemoved(Kind kind) throws Exception {
        String topic = kind == Kind.RENEWAL || kind == Kind.PROBE ? "" : "a";
        SegmentFile written = SegmentFixture.create(path, FLOOR, kept(kind, topic, 2, null), event(3, 0));
        SegmentFile found = found();
        found.recover();

        boolean isLife = kind == Kind.START || kind == Kind.LAST || kind == Kind.REMOVAL;
        assertThat(written.hasLives()).isEqualTo(isLife);
        assertThat(found.hasLives()).isEqualTo(isLife);
    }

    @Test
    void aTornEndIsCutOffAndWrittenOver() throws Exception {
        SegmentFixture.create(path, FLOOR, event(2, 5), event(3, 5));
        cutTo((int) Files.size(path) - 1);
        SegmentFile found = found();
        found.recover();
        found.openToWrite();
        found.cutTail();
        assertThat(Files.size(path)).isEqualTo(found.length());
        SegmentFixture.write(found, event(4, 7));
        found.close();

        assertThat(SegmentFixture.read(found)).containsExactly(event(2, 5), event(4, 7));
    }

    @Test
    void whatIsForgottenIsNotThereAnyMore() throws Exception {
        SegmentFile file = SegmentFile.create(path, FLOOR);
        SegmentFixture.write(file, event(2, 5));
        long length = file.length();
        SegmentFixture.write(file, event(3, 5));
        file.forget(length, new EventId(2, 0));
        assertThat(Files.size(path)).isEqualTo(length).isEqualTo(file.length());
        assertThat(file.last()).isEqualTo(new EventId(2, 0));
        SegmentFixture.write(file, event(4, 5));
        file.close();

        assertThat(SegmentFixture.read(file)).containsExactly(event(2, 5), event(4, 5));
    }

    @Test
    void ofABufferOnlyWhatRemainsIsWritten() throws Exception {
        ByteBuffer entry = encoded(event(2, 5));
        ByteBuffer larger = ByteBuffer.allocate(200).position(3);
        larger.put(entry).flip().position(3);
        ByteBuffer sliced = ByteBuffer.allocate(210)
                .position(10)
                .slice()
                .put(larger.duplicate().position(0));
        SegmentFile file = SegmentFile.create(path, FLOOR);
        file.write(sliced.flip().position(3), new EventId(2, 0), 2);
        file.close();

        assertThat(SegmentFixture.read(file)).containsExactly(event(2, 5));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whatCannotBeWrittenWholeIsCutOff() throws Exception {
        SegmentFixture.create(path, FLOOR);
        SegmentFile file = found();
        Files.delete(path);
        Files.createSymbolicLink(path, Path.of("/dev/full")); // which has no room
        file.openToWrite();
        assertThatIOException()
                .isThrownBy(() -> SegmentFixture.write(file, event(2, 5)))
                .satisfies(e -> assertThat(e.getSuppressed())
                        .as("a device cannot be cut")
                        .hasSize(1));
        assertThat(file.length()).isEqualTo(HEADER);
        assertThat(file.last()).isEqualTo(FLOOR);
        file.close();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFileThatIsClosedTakesNoDescriptor() throws Exception {
        SegmentFile file = SegmentFile.create(path, FLOOR);
        assertThat(SegmentFixture.openFiles(folder)).containsExactly(path.toRealPath());
        file.close();
        assertThat(SegmentFixture.openFiles(folder)).isEmpty();
    }

    @Test
    void fewerBytesThanAHeadAreATornEndAndAsManyAreDamage() throws Exception {
        SegmentFixture.create(path, FLOOR, event(2, 5));
        append("x".repeat(11).getBytes(StandardCharsets.UTF_8));
        assertThat(found().recover()).isEqualTo(SegmentFile.End.TORN);
        append(new byte[] {1});
        assertThat(found().recover()).isEqualTo(SegmentFile.End.DAMAGED);
    }

    @Test
    void aFileThatIsClosedIsNotWrittenAndNeedsNoForce() throws Exception {
        SegmentFile file = SegmentFixture.create(path, FLOOR);
        assertThatIOException()
                .isThrownBy(() -> SegmentFixture.write(file, event(2, 5)))
                .withMessage(path + ": closed");
        assertThat(file.length()).isEqualTo(HEADER);
        assertThat(file.last()).isEqualTo(FLOOR);
        assertThatNoException().isThrownBy(file::sync);
        assertThatNoException().isThrownBy(file::close);
    }
}

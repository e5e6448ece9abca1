package dev.freshet.examples;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrowingFileTest {
    private static final int MOST_BEHIND = 64 << 10;

    @TempDir
    private Path folder;

    private Path path;
    private GrowingFile file;

    @BeforeEach
    void open() throws IOException {
        path = Files.createFile(folder.resolve("app.log"));
        file = new GrowingFile(path, LogPlace.BEGINNING, MOST_BEHIND);
    }

    @AfterEach
    void close() throws IOException {
        file.close();
    }

    private void append(String text) throws IOException {
        Files.writeString(path, text, StandardOpenOption.APPEND);
    }

    /** Empties the file, and writes it anew. */
    private void replace(String text) throws IOException {
        Files.writeString(path, text);
    }

    private String next() throws IOException {
        SseEvent event = file.next();
        return event == null ? "nothing" : event.type() + " " + event.data();
    }

    private static SseEvent event(GrowingFile file) throws IOException {
        return requireNonNull(file.next());
    }

    private static LogPlace place(SseEvent event) {
        return LogPlace.parse(requireNonNull(event.id()));
    }

    @Test
    void aLineIsReadOnceItsEndIsWritten() throws Exception {
        append("thr");
        assertThat(next()).isEqualTo("nothing");
        append("ee\r\n");
        assertThat(next()).isEqualTo("line three");
    }

    @Test
    void aFileThatIsEmptiedAndThenGrowsPastItsReaderIsReadFromItsBeginning() throws Exception {
        append("one\n");
        assertThat(next()).isEqualTo("line one");
        replace("a new line\nand another\n");
        assertThat(next()).isEqualTo("emptied 4");
        assertThat(next()).isEqualTo("line a new line");
        assertThat(next()).isEqualTo("line and another");
    }

    @Test
    void whatIsReadOfALineIsNotJoinedToTheNewContentOfTheFile() throws Exception {
        append("begun");
        assertThat(next()).isEqualTo("nothing");
        replace("a new line\n");
        assertThat(next()).isEqualTo("line a new line");
    }

    @Test
    void linesThatWereReadAheadOfAFileThatIsCutShortAreNotGiven() throws Exception {
        append("one\ntwo\nthree\n");
        assertThat(next()).isEqualTo("line one");
        try (FileChannel writer = FileChannel.open(path, StandardOpenOption.WRITE)) {
            writer.truncate(8);
        }
        assertThat(next()).isEqualTo("emptied 4");
        assertThat(next()).isEqualTo("line one");
    }

    @Test
    void whoReturnsToAnotherFileReadsItFromItsBeginning() throws Exception {
        append("one\n");
        LogPlace place = place(event(file));
        Files.delete(path);
        Files.writeString(path, "a new line\n");
        try (GrowingFile other = new GrowingFile(path, place, MOST_BEHIND)) {
            assertThat(event(other).type()).isEqualTo("emptied");
            assertThat(event(other).data()).isEqualTo("a new line");
        }
    }

    @Test
    void whoReturnsAfterManyLinesReadsTheNext() throws Exception {
        append("a line\n".repeat(1_000));
        for (int i = 1; i < 1_000; i++) {
            assertThat(next()).isEqualTo("line a line");
        }
        LogPlace place = place(event(file));
        append("the last\n");
        try (GrowingFile same = new GrowingFile(path, place, MOST_BEHIND)) {
            assertThat(event(same).data()).isEqualTo("the last");
        }
    }

    /** Whatever the place in a character at which the bytes end that are read. */
    @ParameterizedTest
    @ValueSource(strings = {"", "x", "xx", "xxx"})
    void aLineThatIsTooLongIsDividedBetweenCharacters(String before) throws Exception {
        String text = before + "\uD83D\uDE00\u20AC\u00FC".repeat(3_000);
        append(text + "\n");
        String first = event(file).data();
        assertThat(first).isNotEmpty();
        assertThat(first + event(file).data()).isEqualTo(text);
    }

    @Test
    void anEndOfALineIsNotDivided() throws Exception {
        String text = "x".repeat(GrowingFile.LONGEST - 1);
        append(text + "\r\n");
        assertThat(event(file).data() + event(file).data()).isEqualTo(text);
    }

    @Test
    void bytesThatAreNoCharactersAreDividedToo() throws Exception {
        byte[] bytes = new byte[GrowingFile.LONGEST];
        Arrays.fill(bytes, (byte) 0x80);
        Files.write(path, bytes);
        assertThat(file.next()).isNotNull();
    }
}

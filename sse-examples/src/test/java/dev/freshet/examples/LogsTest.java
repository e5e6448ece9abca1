package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser.Event;
import dev.freshet.netty.SseServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class LogsTest {
    private static final int MOST_BEHIND = 64 << 10;

    private final ScheduledExecutorService reader = Program.scheduler("reader");

    @TempDir
    private Path folder;

    private Path file;
    private LogLines lines;
    private SseServer server;

    @BeforeEach
    void serve() throws Exception {
        file = Files.writeString(folder.resolve("app.log"), "one\ntwo\n");
        lines = new LogLines(file, MOST_BEHIND, reader);
        server = LogsCommand.with(SseServer.builder().host("127.0.0.1").port(0), lines)
                .start();
    }

    @AfterEach
    void end() {
        server.close();
        Program.stop(reader);
    }

    private void append(String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.APPEND);
    }

    private RawSseClient follow(String... headers) throws IOException {
        return new Caller(server).follow("/logs", headers);
    }

    @Test
    void linesAreReadFromTheBeginningAndAsTheyAreWritten() throws Exception {
        try (RawSseClient client = follow()) {
            assertThat(client.readEvents(2)).extracting(Event::data).containsExactly("one", "two");
            append("three\n");
            assertThat(client.readEvent().data()).isEqualTo("three");
        }
    }

    @Test
    void aReaderThatReturnsGoesOnBehindTheLineThatItHas() throws Exception {
        String id;
        try (RawSseClient client = follow()) {
            id = client.readEvent().lastEventId();
        }
        try (RawSseClient client = follow("Last-Event-ID: " + id)) {
            assertThat(client.readEvent().data()).isEqualTo("two");
        }
    }

    @Test
    void anIdThatIsNoPlaceIsRefused() throws Exception {
        try (RawSseClient client = new Caller(server).connect()) {
            assertThat(client.get("/logs", "Last-Event-ID: 4").status()).isEqualTo(400);
        }
    }

    @Test
    void aFileThatIsEmptiedIsReadFromItsBeginning() throws Exception {
        try (RawSseClient client = follow()) {
            client.readEvents(2);
            Files.writeString(file, "new\n");
            assertThat(client.readEvents(2)).extracting(Event::type).containsExactly("emptied", "line");
        }
    }

    @Test
    void aStreamEndsWholeWhenTheLinesAreComplete() throws Exception {
        try (RawSseClient client = follow()) {
            client.readEvents(2);
            lines.complete();
            assertThat(client.tryReadEvent()).isNull();
            assertThat(client.isWhole()).isTrue();
        }
    }

    /** The file is larger than the heap of the server, and than what the sockets take. */
    @Test
    void aReaderThatStopsReadingTakesNoMemoryAndGoesOnWithTheNewestLines() throws Exception {
        try (NodeProcess node = NodeProcess.start(List.of("-Xmx48m"), "logs", file.toString());
                RawSseClient client = RawSseClient.connect("127.0.0.1", node.port, 4096)) {
            client.get("/logs");
            for (int i = 0; i < 64; i++) {
                append(("x".repeat(1023) + "\n").repeat(1024));
            }
            append("the last\n");
            long sent = 0;
            long skipped = 0;
            for (Event event = client.readEvent(); ; event = client.readEvent()) {
                if (event.type().equals("skipped")) {
                    skipped += Long.parseLong(event.data());
                } else {
                    sent += event.data().length() + 1;
                }
                assertThat(sent + skipped)
                        .isEqualTo(LogPlace.parse(event.lastEventId()).offset());
                if (event.data().equals("the last")) {
                    break;
                }
            }
            assertThat(skipped).isPositive();
            assertThat(sent + skipped).isEqualTo(Files.size(file));
        }
    }
}

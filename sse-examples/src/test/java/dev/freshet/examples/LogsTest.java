package dev.freshet.examples;

import static dev.freshet.harness.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser.Event;
import dev.freshet.netty.SseServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.IntStream;
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
    private SseServer server;

    @BeforeEach
    void serve() throws Exception {
        file = Files.writeString(folder.resolve("app.log"), "one\ntwo\n");
        server = LogsCommand.with(SseServer.builder().host("127.0.0.1").port(0), file, MOST_BEHIND, reader)
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
            assertThat(client.readEvents(2))
                    .containsExactly(new Event("line", "one", "4"), new Event("line", "two", "8"));
            append("three\n");
            assertThat(client.readEvent()).isEqualTo(new Event("line", "three", "14"));
        }
    }

    @Test
    void aReaderThatReturnsGoesOnBehindTheLineThatItHas() throws Exception {
        try (RawSseClient client = follow("Last-Event-ID: 4")) {
            assertThat(client.readEvent().data()).isEqualTo("two");
        }
    }

    @Test
    void anIdThatIsNoOffsetIsRefused() throws Exception {
        try (RawSseClient client = new Caller(server).connect()) {
            assertThat(client.get("/logs", "Last-Event-ID: four").status()).isEqualTo(400);
        }
    }

    @Test
    void aLineIsSentOnceItsEndIsWritten() throws Exception {
        try (RawSseClient client = follow("Last-Event-ID: 8")) {
            append("thr");
            append("ee\r\nfour\n");
            assertThat(client.readEvents(2)).extracting(Event::data).containsExactly("three", "four");
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
    void aLineThatIsTooLongIsDivided() throws Exception {
        String text = "x".repeat(20_000);
        append(text + "\n");
        try (RawSseClient client = follow("Last-Event-ID: 8")) {
            assertThat(client.readEvent().data() + client.readEvent().data()).isEqualTo(text);
        }
    }

    @Test
    void noMoreLinesAreReadThanAreRequested() throws Exception {
        append("three\nfour\n");
        Lines lines = new Lines();
        new LogLines(file, 0, MOST_BEHIND, reader).subscribe(lines);
        lines.request(1);
        lines.request(2);
        await("three lines", () -> lines.received.size() == 3);
        reader.submit(() -> {}).get(); // has read what it will
        assertThat(lines.received).extracting(SseEvent::data).containsExactly("one", "two", "three");
    }

    @Test
    void aReaderThatIsTooFarBehindIsToldHowManyBytesItSkips() throws Exception {
        Lines lines = new Lines();
        new LogLines(file, 0, MOST_BEHIND, reader).subscribe(lines);
        lines.request(1);
        await("a line", () -> lines.received.size() == 1);
        append(numbered(20_000));
        lines.request(Integer.MAX_VALUE);
        await("the last line", () -> "19999".equals(lines.last().data()));

        SseEvent skipped = lines.received.get(1);
        assertThat(skipped.type()).isEqualTo("skipped");
        assertThat(skipped.id()).isEqualTo(Long.toString(4 + Long.parseLong(skipped.data())));
        assertWhole(lines.received.stream().skip(2).map(SseEvent::data).toList());
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
                assertThat(sent + skipped).isEqualTo(Long.parseLong(event.lastEventId()));
                if (event.data().equals("the last")) {
                    break;
                }
            }
            assertThat(skipped).isPositive();
            assertThat(sent + skipped).isEqualTo(Files.size(file));
        }
    }

    private static String numbered(int lines) {
        StringBuilder text = new StringBuilder();
        IntStream.range(0, lines).forEach(i -> text.append(i).append('\n'));
        return text.toString();
    }

    private static void assertWhole(List<String> numbers) {
        int first = Integer.parseInt(numbers.get(0));
        assertThat(numbers)
                .containsExactlyElementsOf(IntStream.range(first, 20_000)
                        .mapToObj(Integer::toString)
                        .toList());
    }

    /** Lines that are received as they are requested. */
    private static final class Lines implements Flow.Subscriber<SseEvent> {
        final List<SseEvent> received = new CopyOnWriteArrayList<>();
        private Flow.Subscription subscription;

        void request(long lines) {
            subscription.request(lines);
        }

        SseEvent last() {
            return received.get(received.size() - 1);
        }

        @Override
        public void onSubscribe(Flow.Subscription begun) {
            subscription = begun;
        }

        @Override
        public void onNext(SseEvent line) {
            received.add(line);
        }

        @Override
        public void onError(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void onComplete() {
            throw new AssertionError("complete");
        }
    }
}

package dev.freshet.examples;

import static dev.freshet.harness.Conditions.await;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class LogLinesTest {
    private static final int MOST_BEHIND = 64 << 10;

    private final ScheduledExecutorService reader = Program.scheduler("reader");

    @TempDir
    private Path folder;

    private Path file;
    private LogLines all;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("app.log"), "one\ntwo\n");
        all = new LogLines(file, MOST_BEHIND, reader);
    }

    @AfterEach
    void end() {
        Program.stop(reader);
    }

    private void append(String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.APPEND);
    }

    @Test
    void noMoreLinesAreReadThanAreRequested() throws Exception {
        append("three\nfour\n");
        Lines lines = new Lines();
        all.after(LogPlace.BEGINNING).subscribe(lines);
        lines.request(1);
        lines.request(2);
        await("three lines", () -> lines.received.size() == 3);
        reader.submit(() -> {}).get(); // has read what it will
        assertThat(lines.received).extracting(SseEvent::data).containsExactly("one", "two", "three");
    }

    @Test
    void aReaderThatIsTooFarBehindIsToldHowManyBytesItSkips() throws Exception {
        Lines lines = new Lines();
        all.after(LogPlace.BEGINNING).subscribe(lines);
        lines.request(1);
        await("a line", () -> lines.received.size() == 1);
        append(numbered(20_000));
        lines.request(Integer.MAX_VALUE);
        await("the last line", () -> "19999".equals(lines.last().data()));

        SseEvent skipped = lines.received.get(1);
        assertThat(skipped.type()).isEqualTo("skipped");
        assertThat(LogPlace.parse(requireNonNull(skipped.id())).offset()).isEqualTo(4 + Long.parseLong(skipped.data()));
        assertWhole(lines.received.stream().skip(2).map(SseEvent::data).toList());
    }

    @Test
    void aReaderOfManyLinesLetsTheOthersReadMeanwhile() throws Exception {
        Files.writeString(file, numbered(1_000));
        List<String> read = new CopyOnWriteArrayList<>();
        CountDownLatch both = hold();
        Lines many = new Lines(line -> read.add("many"));
        Lines one = new Lines(line -> read.add("one"));
        all.after(LogPlace.BEGINNING).subscribe(many);
        all.after(LogPlace.BEGINNING).subscribe(one);
        many.request(1_000);
        one.request(1);
        both.countDown();
        await("all lines", () -> read.size() == 1_001);
        assertThat(read.indexOf("one")).isLessThan(100);
    }

    @Test
    void demandBeyondTheLargestNumberIsThatNumber() {
        Lines lines = new Lines();
        all.after(LogPlace.BEGINNING).subscribe(lines);
        CountDownLatch requested = hold();
        lines.request(Long.MAX_VALUE);
        lines.request(Long.MAX_VALUE);
        lines.request(3); // the sum is 1 in 64 bits
        requested.countDown();
        await("two lines", () -> lines.received.size() == 2);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void aDemandOfNoLinesIsAnError(long demand) {
        Lines lines = new Lines();
        all.after(LogPlace.BEGINNING).subscribe(lines);
        lines.request(demand);
        assertThat(lines.failure.join()).isInstanceOf(IllegalArgumentException.class);
        assertThat(lines.received).isEmpty();
    }

    /** A folder can be opened as a file, and not be read. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aFileThatCannotBeReadIsClosed() throws Exception {
        Lines lines = new Lines();
        new LogLines(folder, MOST_BEHIND, reader).after(LogPlace.BEGINNING).subscribe(lines);
        lines.request(1);
        assertThat(lines.failure.join()).isInstanceOf(IOException.class);
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            assertThat(descriptors.filter(descriptor -> isOf(descriptor, folder)))
                    .isEmpty();
        }
    }

    private static boolean isOf(Path descriptor, Path opened) {
        try {
            return Files.readSymbolicLink(descriptor).equals(opened);
        } catch (IOException e) { // closed meanwhile
            return false;
        }
    }

    /** Holds the reader up until the count. */
    private CountDownLatch hold() {
        CountDownLatch latch = new CountDownLatch(1);
        reader.submit(() -> {
            latch.await();
            return null;
        });
        return latch;
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
        private final Consumer<SseEvent> each;
        final List<SseEvent> received = new CopyOnWriteArrayList<>();
        final CompletableFuture<Throwable> failure = new CompletableFuture<>();

        @SuppressWarnings("NullAway.Init")
        private Flow.Subscription subscription;

        Lines() {
            this(line -> {});
        }

        Lines(Consumer<SseEvent> each) {
            this.each = each;
        }

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
            each.accept(line);
        }

        @Override
        public void onError(Throwable cause) {
            failure.complete(cause);
        }

        @Override
        public void onComplete() {
            failure.complete(new AssertionError("complete"));
        }
    }
}

package dev.freshet.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.fixtures.ReferenceParser.Event;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventDecoderTest {

    private final Recorder recorder = new Recorder();
    private final EventDecoder decoder = new EventDecoder(recorder);

    @Test
    void anEventIsHandedOverAtTheFirstByteOfItsBlankLinesEnd() {
        feed(decoder, "data: a\r\n\r");
        assertThat(recorder.events).containsExactly(new Event("message", "a", ""));
        feed(decoder, "\ndata: b\n\n");
        assertThat(recorder.events).hasSize(2);
    }

    @Test
    void commentsAreHandedOverWithoutOneLeadingSpace() {
        feed(decoder, ": a\n:b\n:  c\n:\n");
        assertThat(recorder.comments).containsExactly("a", "b", " c", "");
    }

    @Test
    void theLastEventIdIsTheOneOfTheLastBlankLine() {
        feed(decoder, "id: 1\ndata: a\n\nid: 2\ndata: b\n");
        assertThat(decoder.lastEventId()).isEqualTo("1");
        feed(decoder, "\n");
        assertThat(decoder.lastEventId()).isEqualTo("2");
    }

    @Test
    void aResumedStreamBeginsWithTheGivenId() {
        EventDecoder resumed = new EventDecoder(recorder, "7");
        assertThat(resumed.lastEventId()).isEqualTo("7");
        feed(resumed, "data: a\n\n");
        assertThat(recorder.events).containsExactly(new Event("message", "a", "7"));
        assertThat(resumed.lastEventId()).isEqualTo("7");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 9_223_372_036_854_775_799L, 9_223_372_036_854_775_806L, Long.MAX_VALUE})
    void aRetryIsReadToTheMillisecond(long millis) {
        feed(decoder, "retry: " + millis + "\n");
        assertThat(recorder.retries).containsExactly(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"9223372036854775808", "9223372036854775810", "99999999999999999999"})
    void aRetryOverTheLongestIsTheLongest(String millis) {
        feed(decoder, "retry: " + millis + "\n");
        assertThat(recorder.retries).containsExactly(Duration.ofMillis(Long.MAX_VALUE));
    }

    @Test
    void theEndDiscardsWhatIsUnfinishedAndMayBeToldTwice() {
        feed(decoder, "id: 1\ndata: a");
        decoder.endOfStream();
        decoder.endOfStream();
        assertThat(recorder.events).isEmpty();
        assertThat(decoder.lastEventId()).isEmpty();
    }

    @Test
    void nothingCanBeFedAfterTheEnd() {
        decoder.endOfStream();
        assertThatThrownBy(() -> feed(decoder, "a"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("endOfStream");
    }

    @Test
    void directReadOnlyAndSlicedChunksAreTakenOverWhole() {
        byte[] bytes = "data: a\n\n".getBytes(UTF_8);
        ByteBuffer direct = ByteBuffer.allocateDirect(16).put(bytes).flip();
        ByteBuffer readOnly = ByteBuffer.wrap(bytes).asReadOnlyBuffer();
        ByteBuffer slice =
                ByteBuffer.wrap("xxdata: a\n\nyy".getBytes(UTF_8), 2, 9).slice();
        ByteBuffer middle = ByteBuffer.wrap("xxdata: a\n\nyy".getBytes(UTF_8), 2, 9);
        for (ByteBuffer chunk : List.of(direct, readOnly, slice, middle)) {
            decoder.feed(chunk);
            assertThat(chunk.hasRemaining()).isFalse();
        }
        assertThat(recorder.events).hasSize(4).containsOnly(new Event("message", "a", ""));
    }

    @Test
    void whatASinkThrowsPassesAndTheRestCanBeFed() {
        List<String> seen = new ArrayList<>();
        EventDecoder failing = new EventDecoder((type, data, id) -> {
            seen.add(data);
            if (data.equals("a")) {
                throw new IllegalArgumentException("no a");
            }
        });
        ByteBuffer chunk = ByteBuffer.wrap("data: a\r\n\r\ndata: b\r\n\r\n".getBytes(UTF_8));
        assertThatThrownBy(() -> failing.feed(chunk)).hasMessage("no a");
        failing.feed(chunk);
        assertThat(seen).containsExactly("a", "b");
    }

    @Test
    void aLineOfTheLimitPassesAndOneByteMoreIsRefusedWhateverTheChunks() {
        String longest = "data: " + "x".repeat(14);
        for (int step : new int[] {1, 3, 100}) {
            for (String bom : List.of("", "\uFEFF")) {
                Recorder passed = new Recorder();
                feedBy(new EventDecoder(passed, "", 20, 100), bom + longest + "\n\n" + longest + "\n\n", step);
                assertThat(passed.events).hasSize(2);
                Recorder refused = new Recorder();
                EventDecoder small = new EventDecoder(refused, "", 20, 100);
                assertThatThrownBy(() -> feedBy(small, bom + "data: ok\n\n" + longest + "x\n\n", step))
                        .isInstanceOf(EventDecoder.TooLargeException.class)
                        .hasMessageContaining("line: 21 bytes")
                        .hasMessageContaining("maxLineBytes, 20");
                assertThat(refused.events).hasSize(1);
            }
        }
    }

    @Test
    void aByteOrderMarkAloneIsAnEmptyLine() {
        EventDecoder small = new EventDecoder(recorder, "", 2, 100);
        feed(small, "\uFEFF\n:a\n");
        assertThat(recorder.comments).containsExactly("a");
    }

    @Test
    void aFirstLineOverTheLimitIsRefused() {
        EventDecoder small = new EventDecoder(recorder, "", 4, 100);
        assertThatThrownBy(() -> feed(small, "abcde\n")).isInstanceOf(EventDecoder.TooLargeException.class);
        EventDecoder unended = new EventDecoder(recorder, "", 4, 100);
        assertThatThrownBy(() -> feed(unended, "abcdefgh")).isInstanceOf(EventDecoder.TooLargeException.class);
    }

    @Test
    void dataOverTheEventsLimitIsRefused() {
        EventDecoder small = new EventDecoder(recorder, "", 100, 8);
        feed(small, "data: abc\ndata: abc\n\ndata: abcdefg\n\n");
        assertThat(recorder.events).hasSize(2);
        assertThatThrownBy(() -> feed(small, "data: abc\ndata: abcd\n\n"))
                .isInstanceOf(EventDecoder.TooLargeException.class)
                .hasMessageContaining("event: 9 bytes")
                .hasMessageContaining("maxEventBytes, 8");
        assertThat(recorder.events).hasSize(2);
    }

    @Test
    void commentsDoNotCountForTheEventsLimit() {
        EventDecoder small = new EventDecoder(recorder, "", 100, 8);
        feed(small, ": still here\n".repeat(1000));
        assertThat(recorder.comments).hasSize(1000);
    }

    @Test
    void aDecoderThatRefusedGoesOnRefusing() {
        EventDecoder small = new EventDecoder(recorder, "", 4, 8);
        assertThatThrownBy(() -> feed(small, "abcdefgh")).isInstanceOf(EventDecoder.TooLargeException.class);
        assertThatThrownBy(() -> feed(small, "\n"))
                .isInstanceOf(EventDecoder.TooLargeException.class)
                .hasMessage("line: 8 bytes or more (expected: <= maxLineBytes, 4)");
        small.endOfStream();
    }

    @Test
    void largeLinesInSmallChunksAreReadWhole() {
        String large = "x".repeat(1_000_000);
        feedBy(decoder, "data: " + large + "\n\ndata: b\n\n", 1000);
        assertThat(recorder.events).extracting(Event::data).containsExactly(large, "b");
    }

    @Test
    @SuppressWarnings("NullAway") // it passes null on purpose
    void limitsMustBePositiveAndArgumentsNotNull() {
        assertThatThrownBy(() -> new EventDecoder(recorder, "", 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxLineBytes: 0 (expected: > 0)");
        assertThatThrownBy(() -> new EventDecoder(recorder, "", 1, -1)).hasMessageContaining("maxEventBytes: -1");
        assertThatThrownBy(() -> new EventDecoder(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("sink");
        assertThatThrownBy(() -> new EventDecoder(recorder, null)).hasMessage("lastEventId");
        assertThatThrownBy(() -> decoder.feed(null)).hasMessage("chunk");
    }

    private static void feed(EventDecoder decoder, String text) {
        decoder.feed(ByteBuffer.wrap(text.getBytes(UTF_8)));
    }

    private static void feedBy(EventDecoder decoder, String text, int step) {
        byte[] bytes = text.getBytes(UTF_8);
        for (int i = 0; i < bytes.length; i += step) {
            decoder.feed(ByteBuffer.wrap(bytes, i, Math.min(step, bytes.length - i)));
        }
    }
}

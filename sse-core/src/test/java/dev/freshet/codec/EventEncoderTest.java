package dev.freshet.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.SseEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EventEncoderTest {

    private static final SseEvent FULL = SseEvent.builder()
            .id("7")
            .data("a\nb")
            .type("tick")
            .retry(Duration.ofSeconds(2))
            .comment("c\nd")
            .build();

    @Test
    void theIdStandsLastAndEveryLineEndsInLf() {
        assertThat(text(FULL)).isEqualTo(": c\n: d\nretry: 2000\nevent: tick\ndata: a\ndata: b\nid: 7\n\n");
    }

    @Test
    void theBodyHasNeitherTheIdNorTheBlankLine() {
        assertThat(new String(EventEncoder.encodeBody(FULL), UTF_8))
                .isEqualTo(": c\n: d\nretry: 2000\nevent: tick\ndata: a\ndata: b\n");
        assertThat(EventEncoder.encodeBody(SseEvent.builder().id("1").build())).isEmpty();
    }

    @Test
    void anEventWithNothingSetIsABlankLine() {
        assertThat(text(SseEvent.builder().build())).isEqualTo("\n");
    }

    @Test
    void dataIsSplitOnCrlfCrAndLfAndEmptyLinesSurvive() {
        assertThat(data("a\r\nb\rc\nd")).isEqualTo("data: a\ndata: b\ndata: c\ndata: d\n\n");
        assertThat(data("a\n")).isEqualTo("data: a\ndata: \n\n");
        assertThat(data("\na")).isEqualTo("data: \ndata: a\n\n");
        assertThat(data("\r\r\n\n")).isEqualTo("data: \ndata: \ndata: \ndata: \n\n");
        assertThat(data("")).isEqualTo("data: \n\n");
    }

    @Test
    void spacesAreKeptByTheSpaceAfterTheColon() {
        assertThat(data(" a ")).isEqualTo("data:  a \n\n");
    }

    @Test
    void everyLengthOfUtf8IsWritten() {
        String text = "A\u007F\u0080\u07FF\u0800\uFFFF\uD800\uDC00\uDBFF\uDFFF\u20AC\uFEFF\0";
        assertThat(EventEncoder.encode(SseEvent.of(text))).isEqualTo(("data: " + text + "\n\n").getBytes(UTF_8));
    }

    @Test
    void everyCodePointIsWrittenAsTheJdkDoes() {
        StringBuilder all = new StringBuilder();
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            if (c != '\n' && c != '\r' && (c < 0xD800 || c > 0xDFFF)) {
                all.appendCodePoint(c);
            }
        }
        assertThat(EventEncoder.encode(SseEvent.of(all.toString())))
                .isEqualTo(("data: " + all + "\n\n").getBytes(UTF_8));
    }

    @Test
    void aLoneSurrogateBecomesTheReplacementCharacter() {
        assertThat(data("a\uD800")).isEqualTo("data: a\uFFFD\n\n");
        assertThat(data("\uDC00b")).isEqualTo("data: \uFFFDb\n\n");
        assertThat(data("\uD800\uD800\uDC00")).isEqualTo("data: \uFFFD\uD800\uDC00\n\n");
        assertThat(data("\uD800\ndata")).isEqualTo("data: \uFFFD\ndata: data\n\n");
        assertThat(text(SseEvent.builder()
                        .id("\uDFFF")
                        .type("\uD83D")
                        .comment("\uD83D")
                        .build()))
                .isEqualTo(": \uFFFD\nevent: \uFFFD\nid: \uFFFD\n\n");
    }

    @Test
    void dataThatGrowsThreefoldFits() {
        String lines = "\n".repeat(10_000);
        assertThat(data(lines)).isEqualTo("data: \n".repeat(10_001) + "\n");
        String euros = "\u20AC".repeat(10_000);
        assertThat(data(euros)).isEqualTo("data: " + euros + "\n\n");
    }

    @Test
    void retryIsInWholeMilliseconds() {
        assertThat(text(SseEvent.builder().retry(Duration.ofNanos(1_999_999)).build()))
                .isEqualTo("retry: 1\n\n");
        assertThat(text(SseEvent.builder()
                        .retry(Duration.ofMillis(Long.MAX_VALUE))
                        .build()))
                .isEqualTo("retry: 9223372036854775807\n\n");
    }

    @Test
    void theStreamGetsTheSameBytesInOneWriteAndIsNotClosed() throws IOException {
        int[] calls = new int[2];
        ByteArrayOutputStream out = new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] bytes, int from, int count) {
                calls[0]++;
                super.write(bytes, from, count);
            }

            @Override
            public void close() {
                calls[1]++;
            }
        };
        EventEncoder.encode(FULL, out);
        assertThat(out.toByteArray()).isEqualTo(EventEncoder.encode(FULL));
        assertThat(calls).containsExactly(1, 0);
    }

    @Test
    @SuppressWarnings("NullAway") // it passes null on purpose
    void argumentsMayNotBeNull() {
        assertThatThrownBy(() -> EventEncoder.encode(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("event");
        assertThatThrownBy(() -> EventEncoder.encode(FULL, null)).hasMessage("out");
        assertThatThrownBy(() -> EventEncoder.encodeBody(null)).hasMessage("event");
    }

    private static String data(String data) {
        return text(SseEvent.of(data));
    }

    private static String text(SseEvent event) {
        return new String(EventEncoder.encode(event), UTF_8);
    }

    @Test
    void textsOfAnyLengthAreEncodedWhole() {
        for (int length = 0; length < 1000; length++) {
            String ascii = "a".repeat(length);
            String wide = "\u20ac".repeat(length);
            assertThat(text(SseEvent.comment(ascii))).isEqualTo(": " + ascii + "\n\n");
            assertThat(text(SseEvent.of(wide))).isEqualTo("data: " + wide + "\n\n");
        }
    }

    @Test
    void aLoneSurrogateIsWrittenAsTheBytesOfTheReplacementCharacter() {
        assertThat(EventEncoder.encode(SseEvent.of("\uD800"))).isEqualTo("data: \uFFFD\n\n".getBytes(UTF_8));
    }

    @Test
    void aCrAtTheEndBeginsALineThatIsEmpty() {
        assertThat(text(SseEvent.of("a\r"))).isEqualTo("data: a\ndata: \n\n");
    }

    @Test
    void anyNumberOfLinesIsEncodedWhole() {
        for (int lines = 0; lines < 300; lines++) {
            SseEvent event = SseEvent.builder()
                    .comment("\n".repeat(lines))
                    .data("\n".repeat(lines))
                    .build();
            assertThat(text(event)).isEqualTo(": \n".repeat(lines + 1) + "data: \n".repeat(lines + 1) + "\n");
        }
    }
}

package dev.freshet.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.ReferenceParser;
import dev.freshet.fixtures.ReferenceParser.Result;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CodecPropertyTest {

    private static final int RUNS = 100_000;

    /** What hurts: line ends, colons, names, marks, and UTF-8 whole, cut and forbidden; as bytes in ISO-8859-1. */
    private static final String[] PIECES = {
        "\n",
        "\n",
        "\r",
        "\r\n",
        "\n\n",
        "\r\r",
        "\r\n\r\n",
        ":",
        " ",
        ": ",
        "\0",
        "data",
        "data:",
        "data: ",
        "event: ",
        "event",
        "id",
        "id:",
        "id: ",
        "retry: ",
        "retry:",
        "dat",
        "a",
        "7",
        "19",
        "\t",
        "\u00EF\u00BB\u00BF",
        "\u00EF",
        "\u00BB",
        "\u00BF",
        "\u00C3\u00A9",
        "\u00C3",
        "\u00A9",
        "\u00E2\u0082\u00AC",
        "\u00E2\u0082",
        "\u00E2",
        "\u00F0\u009F\u0098\u0080",
        "\u00F0\u009F\u0098",
        "\u00F0",
        "\u00ED\u00A0\u0080",
        "\u00E0\u0080",
        "\u00F4\u0090",
        "\u00C0\u0080",
        "\u00FF",
        "\u0080"
    };

    private static final String[] CHARS = {
        "\n",
        "\r",
        "\r\n",
        ":",
        " ",
        "\0",
        "a",
        "data: ",
        "id: 1",
        "\uFEFF",
        "\u00E9",
        "\u20AC",
        "\uFFFD",
        "\uD83D\uDE00",
        "\uD83D",
        "\uDE00",
        "\u2028",
        "\u0085"
    };

    @Test
    void anyStreamInAnyChunksIsReadAsTheReferenceReadsIt() {
        for (long seed = 0; seed < RUNS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] stream = stream(random);
            Result expected = ReferenceParser.parse(stream);
            Result actual = Recorder.decode(stream, cuts(random, stream.length));
            if (!actual.equals(expected)) {
                fail("seed %d, stream %s: %s (expected: %s)", seed, show(stream), actual, expected);
            }
        }
    }

    @Test
    void anyEventsEncodedAreReadBackAsTheyWere() {
        for (long seed = 0; seed < RUNS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            ByteArrayOutputStream stream = new ByteArrayOutputStream();
            List<SseEvent> events = new ArrayList<>();
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                SseEvent event = event(random);
                stream.writeBytes(EventEncoder.encode(event));
                events.add(event);
            }
            byte[] bytes = stream.toByteArray();
            Result expected = Received.of(events);
            Result reference = ReferenceParser.parse(bytes);
            Result decoded = Recorder.decode(bytes, cuts(random, bytes.length));
            if (!reference.equals(expected) || !decoded.equals(expected)) {
                fail("seed %d, stream %s: %s, %s (expected: %s)", seed, show(bytes), reference, decoded, expected);
            }
        }
    }

    @Test
    void theRandomStreamsAreWorthReading() {
        int events = 0;
        for (long seed = 0; seed < 10_000; seed++) {
            events += ReferenceParser.parse(stream(new SplittableRandom(seed)))
                    .events()
                    .size();
        }
        assertThat(events).isGreaterThan(1_000);
    }

    private static byte[] stream(SplittableRandom random) {
        StringBuilder stream = new StringBuilder();
        if (random.nextInt(8) == 0) {
            stream.append("\u00EF\u00BB\u00BF");
        }
        for (int i = random.nextInt(40); i > 0; i--) {
            stream.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return stream.toString().getBytes(ISO_8859_1);
    }

    private static int[] cuts(SplittableRandom random, int length) {
        return random.ints(random.nextInt(6), 0, length + 1).sorted().toArray();
    }

    private static SseEvent event(SplittableRandom random) {
        SseEvent.Builder event = SseEvent.builder();
        String id = text(random);
        if (id != null) {
            event.id(id.replaceAll("[\r\n\0]", ""));
        }
        String type = text(random);
        if (type != null) {
            event.type(type.replaceAll("[\r\n]", ""));
        }
        String data = text(random);
        if (data != null) {
            event.data(data);
        }
        String comment = text(random);
        if (comment != null) {
            event.comment(comment);
        }
        if (random.nextInt(4) == 0) {
            event.retry(Duration.ofMillis(random.nextLong(Long.MAX_VALUE) >> random.nextInt(63)));
        }
        return event.build();
    }

    private static @Nullable String text(SplittableRandom random) {
        if (random.nextInt(3) == 0) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            text.append(CHARS[random.nextInt(CHARS.length)]);
        }
        return text.toString();
    }

    private static String show(byte[] bytes) {
        StringBuilder shown = new StringBuilder();
        for (char c : new String(bytes, ISO_8859_1).toCharArray()) {
            shown.append(c > 0x20 && c < 0x7F ? Character.toString(c) : String.format("<%02X>", (int) c));
        }
        return shown.toString();
    }

    @Test
    void theShownStreamIsPlainText() {
        assertThat(show("a\n\u00E9".getBytes(UTF_8))).isEqualTo("a<0A><C3><A9>");
    }
}

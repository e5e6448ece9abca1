package dev.freshet.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.codec.EventDecoder;
import dev.freshet.event.SseEvent;
import dev.freshet.log.Cursor;
import dev.freshet.log.Retention;
import dev.freshet.log.StartRequest;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The largest event that a hub with the default retention takes, as a decoder with the default limits reads it. */
class LargestEventTest {
    private static final Pattern MOST = Pattern.compile("expected: at most ([0-9]+),");

    private final SseHub hub = SseHub.create();

    /** What an encoded event may come to, as a refusal says it. */
    private int mostBytes() {
        SseEvent tooLarge =
                SseEvent.of("x".repeat(Math.toIntExact(Retention.defaults().maxBytes())));
        StringBuilder refusal = new StringBuilder();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hub.publish("t", tooLarge))
                .satisfies(refused -> refusal.append(refused.getMessage()));
        Matcher most = MOST.matcher(refusal);
        assertThat(most.find()).as("%s", refusal).isTrue();
        return Integer.parseInt(most.group(1));
    }

    private void assertRead(SseEvent event) {
        Cursor cursor = hub.open(List.of("t"), StartRequest.latest()).cursor();
        hub.publish("t", event).toCompletableFuture().join();
        StringBuilder read = new StringBuilder();
        EventDecoder decoder = new EventDecoder((type, data, lastEventId) -> read.append(data));
        decoder.feed(cursor.next(1, null).bytes().duplicate());
        assertThat(read.compareTo(new StringBuilder(String.valueOf(event.data()))))
                .as("read, of %s chars", String.valueOf(event.data()).length())
                .isZero();
    }

    @Test
    void itIsReadAsOneLine() {
        int most = mostBytes() - "data: \n".length();
        assertThatIllegalArgumentException().isThrownBy(() -> hub.publish("t", SseEvent.of("x".repeat(most + 1))));
        assertRead(SseEvent.of("x".repeat(most)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "x\n", "\u20ac\n"})
    void itIsReadAsManyLines(String line) {
        int bytes = "data: ".length() + line.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
        assertRead(SseEvent.of(line.repeat(mostBytes() / bytes - 1)));
    }

    @Test
    void aCommentOfThatSizeIsRead() {
        int most = mostBytes() - ": \ndata: a\n".length();
        assertRead(SseEvent.builder().comment("x".repeat(most)).data("a").build());
    }
}

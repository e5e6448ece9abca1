package dev.freshet.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.SseEvent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Many events are encoded piece by piece. */
class EventPiecesTest {
    private static List<byte[]> pieces(List<SseEvent> events, @Nullable String lastId) {
        List<byte[]> pieces = new ArrayList<>();
        new EventPieces(events, lastId).forEachRemaining(pieces::add);
        return pieces;
    }

    private static byte[] joined(List<byte[]> pieces) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        pieces.forEach(all::writeBytes);
        return all.toByteArray();
    }

    private static byte[] encoded(List<SseEvent> events) {
        return joined(events.stream().map(EventEncoder::encode).toList());
    }

    private static SseEvent sized(int data) {
        return SseEvent.of("x".repeat(data));
    }

    @Test
    void thePiecesOfEventsOfAnySizeAreTheEventsAndNoneIsTooLongOrEmpty() {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            List<SseEvent> events = new ArrayList<>();
            for (int i = random.nextInt(40); i >= 0; i--) {
                events.add(sized(random.nextInt(random.nextInt(10) == 0 ? 50_000 : 2_000)));
            }
            List<byte[]> pieces = pieces(events, null);

            assertThat(Arrays.equals(joined(pieces), encoded(events))).isTrue();
            assertThat(pieces).allSatisfy(piece -> assertThat(piece.length).isBetween(1, EventPieces.BYTES));
        }
    }

    @Test
    void anEventThatFitsIntoAPieceIsNotCut() {
        List<byte[]> pieces = pieces(List.of(sized(10_000), sized(10_000), sized(100)), null);

        assertThat(pieces).hasSize(2).allSatisfy(piece -> assertThat(new String(piece, StandardCharsets.UTF_8))
                .startsWith("data: ")
                .endsWith("\n\n"));
    }

    @Test
    void eventsThatFillAPieceToItsEndAreOnePiece() {
        int lines = "data: \n\n".length();

        assertThat(pieces(List.of(sized(EventPieces.BYTES - lines)), null)).hasSize(1);
        assertThat(pieces(List.of(sized(EventPieces.BYTES - lines + 1)), null)).hasSize(2);
        assertThat(pieces(List.of(sized(EventPieces.BYTES / 2 - lines), sized(EventPieces.BYTES / 2 - lines)), null))
                .hasSize(1);
    }

    @Test
    void theLastEventHasTheIdUnlessItHasOneOfItsOwn() {
        SseEvent plain = SseEvent.of("state", "1");
        SseEvent own = SseEvent.builder().id("row 7").data("2").build();

        assertThat(new String(joined(pieces(List.of(own, plain), "5-1")), StandardCharsets.UTF_8))
                .isEqualTo("data: 2\nid: row 7\n\nevent: state\ndata: 1\nid: 5-1\n\n");
        assertThat(new String(joined(pieces(List.of(plain, own), "5-1")), StandardCharsets.UTF_8))
                .isEqualTo("event: state\ndata: 1\n\ndata: 2\nid: row 7\n\n");
    }

    @Test
    void ofNothingThereIsNoPiece() {
        EventPieces none = new EventPieces(List.of(), "5-1");

        assertThat(none.hasNext()).isFalse();
        assertThatThrownBy(none::next).isInstanceOf(NoSuchElementException.class);
    }
}

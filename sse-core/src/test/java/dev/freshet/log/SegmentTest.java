package dev.freshet.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SegmentTest {
    /** The longest time between the first event of a segment and the last, in milliseconds. */
    private static final long LONGEST = (1L << 32) - 1;

    private static final int EVENT = 10;
    private static final int ROOM = EVENT + Segment.ENTRY_BYTES;
    private static final byte[] NO_TAIL = {};

    private final TopicLog log = new HubLog(Retention.defaults(), new TestClock(), new EventId(0, 0))
            .open(List.of("t"), StartRequest.latest())
            .cursor()
            .logs()
            .get(0);

    private Segment segment(int events) {
        return new Segment(log, 3, events * ROOM, 100);
    }

    private static void append(Segment segment, long millis, long sequence, long uptime) {
        segment.append(millis, sequence, uptime, new byte[EVENT], NO_TAIL, 0);
    }

    private static byte[] memory(Segment segment) {
        return Objects.requireNonNull(segment.memory());
    }

    @Test
    void anEventFitsThatFillsTheSegment() {
        Segment segment = segment(2);
        assertThat(segment.fits(EVENT + ROOM, 100)).isTrue();
        assertThat(segment.fits(EVENT + ROOM + 1, 100)).isFalse();
        append(segment, 1, 1, 100);
        assertThat(segment.fits(EVENT, 100)).isTrue();
        assertThat(segment.fits(EVENT + 1, 100)).isFalse();
        append(segment, 1, 2, 100);

        assertThat(segment.fits(0, 100)).isFalse();
    }

    @Test
    void anEventFitsWhoseTimeTheIndexCanHold() {
        Segment segment = segment(2);
        append(segment, 1, 1, 100);
        assertThat(segment.fits(EVENT, 100 + LONGEST + 1)).isFalse();
        assertThat(segment.fits(EVENT, 100 + LONGEST)).isTrue();
        append(segment, 1, 2, 100 + LONGEST);

        assertThat(segment.uptime(memory(segment), 0)).isEqualTo(100);
        assertThat(segment.uptime(memory(segment), 1)).isEqualTo(100 + LONGEST);
    }

    @Test
    void anEventIsReadAsItWasAppended() {
        Segment segment = new Segment(log, 0, 200, 0);
        append(segment, 1, 1, 0);
        segment.append(Long.MAX_VALUE, Long.MAX_VALUE - 1, 5, ascii("head "), ascii("tail, and more"), 4);
        byte[] memory = memory(segment);

        assertThat(segment.count()).isEqualTo(2);
        assertThat(segment.id(memory, 1)).isEqualTo(new EventId(Long.MAX_VALUE, Long.MAX_VALUE - 1));
        assertThat(segment.start(memory, 0)).isZero();
        assertThat(segment.start(memory, 1)).isEqualTo(EVENT);
        assertThat(segment.end(memory, 1)).isEqualTo(EVENT + 9);
        assertThat(new String(memory, EVENT, 9, StandardCharsets.US_ASCII)).isEqualTo("head tail");
        assertThat(segment.uptime(memory, 1)).isEqualTo(5);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void aRunEndsWithTheLastEventThatIsWholeInTheBytes() {
        Segment segment = segment(6);
        for (int i = 0; i < 6; i++) {
            append(segment, 1, i, 100);
        }
        for (int from = 0; from < 6; from++) {
            for (int to = from + 1; to <= 6; to++) {
                for (int most = 0; most <= 70; most++) {
                    int whole = Math.max(1, Math.min(to - from, most / EVENT));
                    assertThat(segment.runEnd(memory(segment), from, to, most)).isEqualTo(from + whole);
                }
            }
        }
    }

    @Test
    void theFirstEventAfterAnIdIsFound() {
        Segment segment = segment(5);
        for (int i = 0; i < 5; i++) {
            append(segment, 10 + i / 2, 7 + i % 2, 100);
        }
        for (int from = 0; from <= 5; from++) {
            for (int to = from; to <= 5; to++) {
                for (long millis = 9; millis <= 13; millis++) {
                    for (long sequence = 6; sequence <= 9; sequence++) {
                        EventId id = new EventId(millis, sequence);
                        int found = segment.firstAfter(memory(segment), from, to, millis, sequence);

                        assertThat(found).isBetween(from, to);
                        for (int i = from; i < to; i++) {
                            assertThat(segment.id(memory(segment), i).compareTo(id) > 0)
                                    .isEqualTo(i >= found);
                        }
                    }
                }
            }
        }
    }

    @Test
    void theFirstEventSinceAnUptimeIsFound() {
        Segment segment = segment(5);
        for (int i = 0; i < 5; i++) {
            append(segment, 1, i, 100 + i / 2 * 10);
        }
        byte[] memory = memory(segment);

        assertThat(segment.firstSince(memory, 5, 99)).isZero();
        assertThat(segment.firstSince(memory, 5, 100)).isZero();
        assertThat(segment.firstSince(memory, 5, 101)).isEqualTo(2);
        assertThat(segment.firstSince(memory, 5, 110)).isEqualTo(2);
        assertThat(segment.firstSince(memory, 5, 120)).isEqualTo(4);
        assertThat(segment.firstSince(memory, 5, 121)).isEqualTo(5);
        assertThat(segment.firstSince(memory, 0, 0)).isZero();
    }

    @Test
    void anIdIsAfterThoseThatAreLess() {
        assertThat(Segment.isAfter(2, 0, 1, 9)).isTrue();
        assertThat(Segment.isAfter(1, 9, 2, 0)).isFalse();
        assertThat(Segment.isAfter(1, 2, 1, 1)).isTrue();
        assertThat(Segment.isAfter(1, 1, 1, 1)).isFalse();
        assertThat(Segment.isAfter(1, 1, 1, 2)).isFalse();
    }

    @Test
    void aSegmentKnowsWhatCameBeforeIt() {
        Segment first = segment(2);
        append(first, 1, 1, 100);
        append(first, 1, 2, 100);
        Segment second = first.following(1, ROOM, 200);
        append(second, 1, 3, 200);
        Segment third = second.following(2, 50, 300);

        assertThat(List.of(first.ordinal, second.ordinal, third.ordinal)).containsExactly(3L, 4L, 6L);
        assertThat(List.of(first.eventsBefore, second.eventsBefore, third.eventsBefore))
                .containsExactly(0L, 2L, 3L);
        assertThat(List.of(first.bytesBefore, second.bytesBefore, third.bytesBefore))
                .containsExactly(0L, 2L * EVENT, 3L * EVENT);
        assertThat(third.capacity).isEqualTo(50);
        assertThat(second.uptime(memory(second), 0)).isEqualTo(200);
        assertThat(third.log).isSameAs(log);
    }

    @Test
    void anEvictedSegmentHoldsNothingAndTakesNothing() {
        Segment segment = segment(2);
        Segment next = segment.following(1, ROOM, 100);
        segment.link(next);
        assertThat(segment.isEvicted()).isFalse();
        assertThat(segment.next()).isSameAs(next);
        segment.evict();

        assertThat(segment.isEvicted()).isTrue();
        assertThat(segment.memory()).isNull();
        assertThat(segment.next()).isNull();
        assertThat(segment.fits(0, 100)).isFalse();
        assertThatThrownBy(() -> append(segment, 1, 1, 100))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("segment: evicted");
        assertThatThrownBy(() -> segment.following(1, ROOM, 100))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("segment: evicted");
    }
}

package dev.freshet.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class IdSequenceTest {
    private static final long LAST_COUNT = (1L << 31) - 1;
    private static final long OWN = 7;

    private final IdSequence ids = IdSequence.startingAt(id(10, 0, OWN));

    private static EventId id(long millis, long count, long incarnation) {
        return new EventId(millis, count << 32 | incarnation);
    }

    @Test
    void theIncarnationIsTheLowHalfOfTheSequence() {
        assertThat(ids.isOwn(id(5, 3, OWN))).isTrue();
        assertThat(ids.isOwn(id(10, 0, OWN + 1))).isFalse();
        assertThat(ids.isOwn(id(10, 0, OWN - 1))).isFalse();
    }

    @Test
    void aDrawnIncarnationBeginsAtItsTimeBeforeTheFirstCount() {
        EventId base = IdSequence.drawn(1_000).base();

        assertThat(base.millis()).isEqualTo(1_000);
        assertThat(base.sequence()).isBetween(0L, (1L << 32) - 1);
    }

    @Test
    void incarnationsThatAreDrawnDiffer() {
        assertThat(Stream.generate(() -> IdSequence.drawn(1_000).base().sequence())
                        .limit(20)
                        .distinct()
                        .count())
                .isGreaterThan(1);
    }

    @Test
    void aClockBeforeTheEpochBeginsAtTheEpoch() {
        assertThat(IdSequence.drawn(-5).base().millis()).isZero();
    }

    static List<EventId> positions() {
        return List.of(
                id(9, 3, OWN - 1),
                id(9, 3, OWN),
                id(9, 3, OWN + 1),
                id(9, 0, OWN - 1),
                id(9, 0, OWN + 1),
                id(9, 1, OWN - 1),
                id(9, LAST_COUNT, OWN - 1),
                id(9, LAST_COUNT, OWN + 1),
                id(1, 0, 0),
                id(0, 1, 0));
    }

    @ParameterizedTest
    @MethodSource("positions")
    void theSamePlaceInThisIncarnationIsTheNewestThatIsNotAfterThePosition(EventId position) {
        EventId own = ids.atOrBefore(position);

        assertThat(ids.isOwn(own)).isTrue();
        assertThat(own).isLessThanOrEqualTo(position);
        assertThat(after(own)).isGreaterThan(position);
    }

    /** Returns the next id of the incarnation. */
    private static EventId after(EventId own) {
        long count = own.sequence() >>> 32;
        return count == LAST_COUNT ? id(own.millis() + 1, 0, OWN) : id(own.millis(), count + 1, OWN);
    }

    @Test
    void nothingOfThisIncarnationIsBeforeItsFirstIdOfAll() {
        assertThat(ids.atOrBefore(id(0, 0, OWN - 1))).isEqualTo(new EventId(0, 0));
    }

    @Test
    void aStoreBeginsAtItsFloor() {
        IdSequence store = IdSequence.ofStore();
        assertThat(store.isOfStore()).isTrue();
        assertThat(store.base()).isEqualTo(new EventId(0, 0));
        assertThat(store.begin(id(5, 1, 3), id(5, 1, 3))).isEqualTo(id(5, 1, 3));

        assertThat(store.base()).isEqualTo(id(5, 1, 3));
        assertThat(ids.isOfStore()).isFalse();
    }

    @Test
    void aStoreThatBeginsAnewBelowTheNewestPositionGoesOnAboveIt() {
        IdSequence store = IdSequence.ofStore();

        assertThat(store.begin(id(5, 1, 3), id(5, 1, 4))).isEqualTo(id(5, 2, 3));
        assertThat(store.base()).isEqualTo(id(5, 2, 3));
        assertThat(store.begin(id(4, 9, 3), id(6, LAST_COUNT, 9))).isEqualTo(id(7, 0, 3));
    }

    @Test
    void ofTwoPositionsOneIsTheLaterAndOneTheEarlier() {
        EventId low = id(5, 1, 3);
        EventId high = id(5, 1, 4);

        assertThat(List.of(IdSequence.later(low, high), IdSequence.later(high, low)))
                .containsOnly(high);
        assertThat(List.of(IdSequence.earlier(low, high), IdSequence.earlier(high, low)))
                .containsOnly(low);
    }
}

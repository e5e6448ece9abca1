package dev.freshet.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SegmentsByAgeTest {
    private static final int CAPACITY = 1_000;
    /** What a segment takes beside its array. */
    private static final int MORE = 96;

    private final TopicLog log = new HubLog(Retention.defaults(), new TestClock(), new EventId(0, 0))
            .open(List.of("t"), StartRequest.latest())
            .cursor()
            .logs()
            .get(0);
    /** All of it is for names, or too small for one segment. */
    private final MemoryBudget budget = new MemoryBudget(CAPACITY);

    private final SegmentsByAge segments = new SegmentsByAge(budget);

    private Segment allocated() {
        Segment segment = new Segment(log, 0, CAPACITY, 0);
        segments.allocated(segment);
        return segment;
    }

    /** Frees the segments in the order in which they would be evicted; the newest is left. */
    private List<Segment> evicted() {
        List<Segment> evicted = new ArrayList<>();
        for (Segment oldest = segments.excess(); oldest != null; oldest = segments.excess()) {
            segments.freed(oldest);
            evicted.add(oldest);
        }
        return evicted;
    }

    @Test
    void theOldestGoFirstAndTheNewestStays() {
        Segment a = allocated();
        Segment b = allocated();
        Segment c = allocated();

        assertThat(evicted()).containsExactly(a, b);
        assertThat(segments.hasAny()).isTrue();
        segments.freed(c);
        assertThat(segments.hasAny()).isFalse();
    }

    @Test
    void aSegmentThatIsWrittenToIsTheNewest() {
        Segment a = allocated();
        Segment b = allocated();
        Segment c = allocated();
        Segment d = allocated();
        segments.written(a);
        segments.written(c);
        segments.written(c);

        assertThat(evicted()).containsExactly(b, d, a);
    }

    @Test
    void aSegmentThatIsFreedLeavesTheOthersInOrder() {
        Segment a = allocated();
        Segment b = allocated();
        Segment c = allocated();
        Segment d = allocated();
        Segment e = allocated();
        segments.freed(c);
        segments.freed(a);
        segments.freed(e);
        assertThat(evicted()).containsExactly(b);
        segments.freed(d);
        Segment f = allocated();

        assertThat(evicted()).isEmpty();
        segments.freed(f);
        assertThat(segments.hasAny()).isFalse();
    }

    @Test
    void aSegmentThatIsFreedHoldsNoOther() {
        Segment a = allocated();
        Segment b = allocated();
        allocated();
        segments.freed(b);

        assertThat(b.older).isNull();
        assertThat(b.newer).isNull();
        assertThat(a.older).isNull();
    }

    @Test
    void aSegmentCountsWithItsArrayUntilItIsFreed() {
        Segment a = allocated();
        Segment b = allocated();
        segments.written(a);
        assertThat(budget.held()).isEqualTo(2 * (CAPACITY + MORE));
        segments.freed(b);
        segments.freed(a);

        assertThat(budget.held()).isZero();
    }

    @Test
    void theSegmentOfAnEmptyLogDoesNotCount() {
        Segment empty = new Segment(log, 0, 0, 0);
        segments.written(empty);
        assertThat(segments.hasAny()).isFalse();
        segments.freed(empty);

        assertThat(budget.held()).isZero();
    }

    @Test
    void nothingGoesWhileThereIsRoom() {
        SegmentsByAge roomy = new SegmentsByAge(new MemoryBudget(100 * CAPACITY));
        roomy.allocated(new Segment(log, 0, CAPACITY, 0));
        roomy.allocated(new Segment(log, 1, CAPACITY, 0));

        assertThat(roomy.excess()).isNull();
    }
}

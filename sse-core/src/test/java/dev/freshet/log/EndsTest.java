package dev.freshet.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import org.junit.jupiter.api.Test;

class EndsTest {
    private static final long KEPT = 1_000;
    /** What the end of a topic with a name of four characters takes. */
    private static final long ENTRY = 200;

    private final MemoryBudget budget = new MemoryBudget(1 << 20);
    private final Ends ends = new Ends(KEPT, 3 * ENTRY, budget);

    private static TopicEnd end(long time) {
        return new TopicEnd(null, new EventId(time, 1), time);
    }

    @Test
    void anEndTakesMoreTheLongerTheNameIs() {
        ends.add("four", end(1));
        assertThat(budget.held()).isEqualTo(ENTRY);
        ends.add("eleven char", end(1));

        assertThat(budget.held()).isEqualTo(ENTRY + ENTRY + 14);
    }

    @Test
    void asManyEndsAreKeptAsTheBytesAllow() {
        for (String topic : new String[] {"aaaa", "bbbb", "cccc"}) {
            ends.add(topic, end(1));
        }
        assertThat(ends.find("aaaa")).isNotNull();
        ends.add("d", end(1));

        assertThat(ends.find("aaaa")).isNull();
        assertThat(ends.find("bbbb")).isNotNull();
        assertThat(budget.held()).isEqualTo(3 * ENTRY - 6);
    }

    @Test
    void anEndThatIsLargerThanAllMayBeIsNotKept() {
        ends.add("n".repeat(1_000), end(1));

        assertThat(ends.isEmpty()).isTrue();
        assertThat(budget.held()).isZero();
    }

    @Test
    void anEndTakesThePlaceOfTheOneBeforeAndIsTheNewest() {
        ends.add("aaaa", end(1));
        ends.add("bbbb", end(1));
        ends.add("aaaa", end(2));
        assertThat(budget.held()).isEqualTo(2 * ENTRY);
        assertThat(ends.find("aaaa")).isEqualTo(end(2));
        ends.add("cccc", end(3));
        ends.add("dddd", end(3));

        assertThat(ends.find("bbbb")).isNull();
        assertThat(ends.find("aaaa")).isNotNull();
    }

    @Test
    void anEndThatIsRemovedTakesNothing() {
        ends.add("aaaa", end(1));
        ends.remove("bbbb");
        assertThat(budget.held()).isEqualTo(ENTRY);
        assertThat(ends.isEmpty()).isFalse();
        ends.remove("aaaa");
        ends.remove("aaaa");

        assertThat(budget.held()).isZero();
        assertThat(ends.isEmpty()).isTrue();
    }

    @Test
    void anEndIsOverAfterItsTime() {
        assertThat(ends.isOver(end(5), 5 + KEPT - 1)).isFalse();
        assertThat(ends.isOver(end(5), 5 + KEPT)).isTrue();
    }

    @Test
    void theEndsThatAreOverAreDropped() {
        ends.add("aaaa", end(5));
        ends.add("bbbb", end(6));
        ends.add("cccc", end(7));
        ends.expire(6 + KEPT);

        assertThat(ends.find("aaaa")).isNull();
        assertThat(ends.find("bbbb")).isNull();
        assertThat(ends.find("cccc")).isNotNull();
        assertThat(budget.held()).isEqualTo(ENTRY);
    }
}

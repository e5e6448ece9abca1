package dev.freshet.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import org.junit.jupiter.api.Test;

class EvictedIdsTest {
    /** What an id takes. */
    private static final int ID = 96;

    private final MemoryBudget budget = new MemoryBudget(16 << 20);

    private EvictedIds ids(long bytes) {
        return new EvictedIds(new NameHash(), budget, bytes);
    }

    @Test
    void anIdIsOneOfItsTopic() {
        EvictedIds ids = ids(1 << 20);
        ids.add("a", "1");

        assertThat(ids.contains("a", "1")).isTrue();
        assertThat(ids.contains("b", "1")).isFalse();
        assertThat(ids.contains("a", "2")).isFalse();
        assertThat(ids.contains("1", "a")).isFalse();
    }

    @Test
    void asManyIdsAreKeptAsTheBytesAllow() {
        EvictedIds ids = ids(3 * ID);
        for (int i = 1; i <= 4; i++) {
            ids.add("a", "" + i);
        }

        assertThat(ids.contains("a", "1")).isFalse();
        assertThat(ids.contains("a", "2")).isTrue();
        assertThat(ids.contains("a", "4")).isTrue();
        assertThat(budget.held()).isEqualTo(3 * ID);
    }

    @Test
    void oneIdIsKeptHoweverFewTheBytes() {
        EvictedIds ids = ids(0);
        ids.add("a", "1");
        assertThat(ids.contains("a", "1")).isTrue();
        ids.add("a", "2");

        assertThat(ids.contains("a", "1")).isFalse();
        assertThat(budget.held()).isEqualTo(ID);
    }

    @Test
    void noMoreIdsAreKeptHoweverManyTheBytes() {
        EvictedIds ids = ids(Long.MAX_VALUE);
        for (int i = 0; i <= EvictedIds.MOST; i++) {
            ids.add("a", "" + i);
        }

        assertThat(budget.held()).isEqualTo((long) EvictedIds.MOST * ID);
    }

    @Test
    void anIdThatIsEvictedAgainIsTheNewestAndTakesNoMore() {
        EvictedIds ids = ids(2 * ID);
        ids.add("a", "1");
        ids.add("a", "2");
        ids.add("a", "1");
        assertThat(budget.held()).isEqualTo(2 * ID);
        ids.add("a", "3");

        assertThat(ids.contains("a", "1")).isTrue();
        assertThat(ids.contains("a", "2")).isFalse();
    }

    @Test
    void theOwnIdsOfATopicAreGivenBackToTheBudgetAsTheyAreEvicted() {
        EvictedIds evicted = ids(1 << 20);
        OwnIds own = new OwnIds("t", evicted, budget);
        own.add("x", new EventId(1, 1));
        own.add("long", new EventId(1, 2));
        own.add("x", new EventId(1, 3));
        assertThat(budget.held()).isEqualTo(3 * 192 + 2 + 8 + 2);
        own.evictUpTo(new EventId(1, 2));

        assertThat(own.find("long")).isNull();
        assertThat(own.find("x")).isEqualTo(new EventId(1, 1));
        assertThat(budget.held()).isEqualTo(192 + 2 + 2 * ID);
        own.evictUpTo(new EventId(1, 3));
        assertThat(own.find("x")).isNull();
        assertThat(evicted.contains("t", "x")).isTrue();
        assertThat(budget.held()).isEqualTo(2 * ID);
        own.add("x", new EventId(1, 4));
        assertThat(own.find("x")).isEqualTo(new EventId(1, 4));
    }

    @Test
    void idsAreToldApartThoughTheHashOfTheirTopicHasFewBits() {
        NameHash hash = new NameHash(7);
        String topic = "t374935";
        assertThat(Long.bitCount(hash.of(topic))).isEqualTo(14);
        EvictedIds ids = new EvictedIds(hash, budget, 1 << 20);
        for (int i = 0; i < 1_000; i++) {
            ids.add(topic, "evicted " + i);
        }

        for (int i = 0; i < 1_000; i++) {
            assertThat(ids.contains(topic, "evicted " + i)).isTrue();
            assertThat(ids.contains(topic, "retained " + i)).isFalse();
        }
    }
}

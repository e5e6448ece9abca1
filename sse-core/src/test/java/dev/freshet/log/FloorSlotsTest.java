package dev.freshet.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** {@link Floors}: how many there are, and the memory that they take. */
class FloorSlotsTest {
    /** What a floor takes at most. */
    private static final int FLOOR = 36;

    private static final EventId BASE = new EventId(1, 0);

    private final MemoryBudget budget = new MemoryBudget(1 << 20);

    private Floors floors(int count, long bytes) {
        return new Floors(new NameHash(), count, bytes, BASE, budget);
    }

    private static Set<Integer> slots(Floors floors) {
        return IntStream.range(0, 1_000)
                .mapToObj(i -> floors.slot("topic " + i))
                .collect(Collectors.toSet());
    }

    @Test
    void thereAreAsManyFloorsAsWereChosen() {
        assertThat(slots(floors(3, 1 << 20))).containsExactlyInAnyOrder(0, 1, 2);
    }

    @Test
    void thereAreAsManyFloorsAsTheBytesAllow() {
        assertThat(slots(floors(10, 2 * FLOOR))).containsExactlyInAnyOrder(0, 1);
        assertThat(slots(floors(10, 2 * FLOOR - 1))).containsExactly(0);
    }

    @Test
    void thereIsOneFloorHoweverFewTheBytes() {
        Floors one = floors(10, 0);
        assertThat(slots(one)).containsExactly(0);
        one.raise(0, new EventId(2, 0));

        assertThat(one.of(0)).isEqualTo(new EventId(2, 0));
    }

    @Test
    void aFloorIsRaisedAndNeverLowered() {
        Floors floors = floors(4, 1 << 20);
        floors.raise(1, new EventId(5, 0));
        floors.raise(1, new EventId(3, 0));

        assertThat(floors.of(1)).isEqualTo(new EventId(5, 0));
        assertThat(floors.of(0)).isEqualTo(BASE);
    }

    @Test
    void theFloorOfAllIsTheLeastOfEach() {
        Floors floors = floors(4, 1 << 20);
        floors.raise(1, new EventId(5, 0));
        floors.raise(2, new EventId(9, 0));
        floors.raiseAll(new EventId(7, 0));
        floors.raiseAll(new EventId(6, 0));

        assertThat(floors.of(0)).isEqualTo(new EventId(7, 0));
        assertThat(floors.of(1)).isEqualTo(new EventId(7, 0));
        assertThat(floors.of(2)).isEqualTo(new EventId(9, 0));
    }

    @Test
    void floorsTakeNoMemoryUntilOneIsRaised() {
        Floors floors = floors(10, 1 << 20);
        floors.raise(1, BASE);
        floors.raiseAll(new EventId(7, 0));
        floors.raise(1, new EventId(7, 0));
        assertThat(budget.held()).isZero();
        floors.raise(1, new EventId(8, 0));
        assertThat(budget.held()).isEqualTo(4 * 10 + 32);
        floors.raise(1, new EventId(9, 0));
        assertThat(budget.held()).isEqualTo(4 * 10 + 32);
        floors.raise(2, new EventId(9, 0));

        assertThat(budget.held()).isEqualTo(4 * 10 + 2 * 32);
    }
}

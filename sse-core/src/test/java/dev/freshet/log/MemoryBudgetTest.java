package dev.freshet.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    private static final long LIMIT = 400_000;
    private static final long NAMES = 100_000;
    private static final long HISTORY = 300_000;
    private static final String TOPIC = "prices";
    private static final long TOPIC_BYTES = 412;

    private final MemoryBudget budget = new MemoryBudget(LIMIT);

    @Test
    void aTopicTakesMoreTheLongerItsNameIs() {
        assertThat(MemoryBudget.bytesOf("")).isEqualTo(400);
        assertThat(MemoryBudget.bytesOf(TOPIC)).isEqualTo(TOPIC_BYTES);
    }

    @Test
    void namesMayTakeAQuarter() {
        assertThat(budget.mostNames()).isEqualTo(NAMES);
        assertThat(new MemoryBudget(40_000).mostNames()).isEqualTo(10_000);
    }

    @Test
    void namesMayTakeEightKibibytesHoweverLittleAHubMayHold() {
        assertThat(new MemoryBudget(1_024).mostNames()).isEqualTo(8_192);
    }

    @Test
    void whatIsHeldIsTheSumOfNamesAndHistory() {
        budget.take(700);
        budget.takeForNames(50);
        budget.take(-100);
        budget.takeForNames(-20);

        assertThat(budget.held()).isEqualTo(630);
        assertThat(budget.names()).isEqualTo(30);
    }

    @Test
    void aNewTopicHasRoomUpToTheBoundOfNames() {
        budget.takeForNames(NAMES - TOPIC_BYTES);
        assertThat(budget.hasRoomForNew(TOPIC)).isTrue();
        budget.takeForNames(1);

        assertThat(budget.hasRoomForNew(TOPIC)).isFalse();
    }

    @Test
    void topicsOfHistoryHaveRoomUpToTwiceTheBoundOfNames() {
        budget.takeForNames(NAMES);

        assertThat(budget.hasRoomForKnown(NAMES)).isTrue();
        assertThat(budget.hasRoomForKnown(NAMES + 1)).isFalse();
    }

    @Test
    void namesAreOverTheirBoundByOneByte() {
        budget.takeForNames(NAMES);
        assertThat(budget.isOverNames()).isFalse();
        budget.takeForNames(1);

        assertThat(budget.isOverNames()).isTrue();
    }

    @Test
    void namesAreShortOverThreeQuartersOfTheirBound() {
        budget.takeForNames(NAMES / 4 * 3);
        assertThat(budget.isShortOfNames()).isFalse();
        budget.takeForNames(1);

        assertThat(budget.isShortOfNames()).isTrue();
    }

    @Test
    void historyMayTakeTheRest() {
        budget.take(HISTORY);
        assertThat(budget.isHistoryOver()).isFalse();
        budget.take(1);

        assertThat(budget.isHistoryOver()).isTrue();
    }

    @Test
    void historyMayTakeLessWhileNamesTakeMoreThanTheirs() {
        budget.take(HISTORY - 1_000);
        budget.takeForNames(NAMES + 1_000);
        assertThat(budget.isHistoryOver()).isFalse();
        budget.takeForNames(1);

        assertThat(budget.isHistoryOver()).isTrue();
    }

    @Test
    void historyMayNotTakeMoreWhileNamesTakeLess() {
        budget.takeForNames(NAMES - 1_000);
        budget.take(HISTORY + 1);

        assertThat(budget.isHistoryOver()).isTrue();
    }
}

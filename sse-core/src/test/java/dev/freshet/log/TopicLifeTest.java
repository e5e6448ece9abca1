package dev.freshet.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import org.junit.jupiter.api.Test;

/** The topics that are running: those that were started and have not ended. */
class TopicLifeTest {
    private static final EventId START = new EventId(1, 1);
    private static final EventId LAST = new EventId(1, 2);

    private final LogTotals totals = new LogTotals();
    private final TopicLife life = new TopicLife(totals);

    @Test
    void aTopicThatWasStartedRunsUntilItsEnd() {
        assertThat(totals.running()).isZero();
        life.begin(START);
        assertThat(totals.running()).isOne();
        life.end(new TopicEnd(START, LAST, 0));

        assertThat(totals.running()).isZero();
    }

    @Test
    void aTopicThatWasStartedRunsUntilItIsRemoved() {
        life.begin(START);
        life.remove(LAST);

        assertThat(totals.running()).isZero();
        assertThat(life.end()).isEqualTo(new TopicEnd(START, LAST, 0));
    }

    @Test
    void aTopicThatEndsTwiceIsCountedOnce() {
        life.begin(START);
        life.end(new TopicEnd(START, LAST, 0));
        life.remove(LAST);

        assertThat(totals.running()).isZero();
    }

    @Test
    void aTopicThatWasNotStartedDoesNotRun() {
        life.published();
        life.end(new TopicEnd(null, LAST, 0));

        assertThat(totals.running()).isZero();
    }
}

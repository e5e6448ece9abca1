package dev.freshet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import java.util.List;
import org.junit.jupiter.api.Test;

class DueTopicsTest {
    private static final long DELAY = 10;

    private final DueTopics topics = new DueTopics(DELAY);
    private final DueTopics.Open first = open("first");
    private final DueTopics.Open second = open("second");

    private static DueTopics.Open open(String topic) {
        TopicLease lease = new TopicLease(TopicLeasesFixture.TIME, TopicLeasesFixture.LAST);
        return new DueTopics.Open(topic, new EventId(1, 1), lease, 0);
    }

    @Test
    void aListIsEmptyUntilATopicIsPut() {
        assertThat(topics.isEmpty()).isTrue();
        topics.put(first, 0);
        assertThat(topics.isEmpty()).isFalse();
        assertThat(topics.find("first")).isSameAs(first);
        assertThat(topics.find("second")).isNull();
        assertThat(topics.all()).containsExactly(first);
    }

    @Test
    void aTopicIsDueOnceItsDelayHasPassedAndOnceMoreAfterAnother() {
        topics.put(first, 5);
        assertThat(topics.due(5 + DELAY - 1)).isEmpty();
        assertThat(topics.due(5 + DELAY)).containsExactly(first);
        assertThat(topics.due(5 + DELAY)).isEmpty();
        assertThat(topics.due(5 + 2 * DELAY - 1)).isEmpty();
        assertThat(topics.due(5 + 2 * DELAY)).containsExactly(first);
    }

    @Test
    void aTopicThatWasPutLaterIsDueLater() {
        topics.put(first, 0);
        topics.put(second, 1);
        assertThat(topics.inTime(DELAY)).containsExactly(first);
        assertThat(topics.inTime(DELAY + 1)).containsExactly(second);
    }

    @Test
    void aTopicThatIsPutAgainIsDueAfterTheOthers() {
        topics.put(first, 0);
        topics.put(second, 1);
        topics.put(first, 2);
        assertThat(topics.inTime(DELAY + 1)).containsExactly(second);
        assertThat(topics.inTime(DELAY + 2)).containsExactly(first);
    }

    @Test
    void aTopicThatIsPutAsDueIsDueAtOnceAlsoBehindOneThatIsNot() {
        topics.put(second, 100);
        topics.putDue(first, 100);
        assertThat(topics.due(100)).containsExactly(first);
        assertThat(topics.due(100)).isEmpty();
    }

    @Test
    void aRemovedTopicIsNeverDue() {
        topics.put(first, 0);
        topics.dueAgain(first);
        topics.remove("first");
        assertThat(topics.due(DELAY)).isEmpty();
        assertThat(topics.isEmpty()).isTrue();
    }

    @Test
    void aTopicThatIsDueAgainIsReturnedOnceAndItsDelayRestarts() {
        topics.put(first, 0);
        topics.dueAgain(first);
        assertThat(topics.dueRegardless(1)).containsExactly(first);
        assertThat(topics.dueRegardless(1)).isEmpty();
        assertThat(topics.inTime(DELAY)).isEmpty();
        assertThat(topics.inTime(DELAY + 1)).containsExactly(first);
    }

    @Test
    void aTopicThatIsDueAgainAndInTimeIsReturnedOnce() {
        topics.put(first, 0);
        topics.put(second, 0);
        topics.dueAgain(second);
        assertThat(topics.due(DELAY)).containsExactly(second, first);
    }

    @Test
    void aTopicThatWasStartedAnewIsNotDueAgainForItsEarlierStart() {
        topics.put(first, 0);
        topics.dueAgain(open("first"));
        assertThat(topics.dueRegardless(1)).isEmpty();
    }

    @Test
    void aDecisionIsUnansweredUntilAnEntryComesOrAnotherIsMade() {
        first.lastEntryAt = 3;
        DueTopics.Due due = new DueTopics.Due(first, 20);
        assertThat(due.isUnanswered()).as("not pending").isFalse();
        first.decision = due;
        assertThat(due.isUnanswered()).isTrue();
        first.lastEntryAt = 4;
        assertThat(due.isUnanswered()).as("it has had an entry").isFalse();
        first.lastEntryAt = 3;
        first.decision = new DueTopics.Due(first, 21);
        assertThat(due.isUnanswered()).as("another decides").isFalse();
    }

    @Test
    void whatIsDecidedIsNotPendingAndLeavesALaterDecision() {
        DueTopics.Due due = new DueTopics.Due(first, 20);
        DueTopics.Due later = new DueTopics.Due(first, 21);
        first.decision = later;
        due.decided();
        assertThat(first.decision).isSameAs(later);
        later.decided();
        assertThat(first.decision).isNull();
    }

    @Test
    void allTopicsAreACopy() {
        topics.put(first, 0);
        List<DueTopics.Open> all = topics.all();
        topics.remove("first");
        assertThat(all).containsExactly(first);
    }
}

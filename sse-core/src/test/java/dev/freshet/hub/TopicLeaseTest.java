package dev.freshet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.log.LogEntry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopicLeaseTest {
    private static final long LEASE = 1_200;
    private static final long THIRD = 400;
    private static final long CHECK = 100;

    private final TopicLease lease = new TopicLease(Duration.ofNanos(LEASE), TopicLeasesFixture.LAST);
    private final DueTopics.Open topic = open("t");

    private DueTopics.Open open(String name) {
        return new DueTopics.Open(name, new EventId(1, 1), lease, 0);
    }

    @Test
    void itsTimesArePartsOfIt() {
        assertThat(lease.checkNanos()).isEqualTo(CHECK);
        assertThat(lease.longestReadNanos()).isEqualTo(THIRD / 2);
    }

    @Test
    void aTopicOfThisNodeIsDueAfterAThirdAndOneOfAnotherAfterTheWhole() {
        lease.own.put(open("own"), 0);
        lease.others.put(open("other"), 0);
        lease.probed.put(open("probed"), 0);
        assertThat(lease.own.due(THIRD - 1)).isEmpty();
        assertThat(lease.own.due(THIRD)).hasSize(1);
        assertThat(lease.probed.due(THIRD - 1)).isEmpty();
        assertThat(lease.probed.due(THIRD)).hasSize(1);
        assertThat(lease.others.due(LEASE - 1)).isEmpty();
        assertThat(lease.others.due(LEASE)).hasSize(1);
    }

    @Test
    void aLeaseIsOverAfterItsWholeTime() {
        topic.lastEntryAt = 7;
        assertThat(lease.isOver(topic, 7 + LEASE - 1)).isFalse();
        assertThat(lease.isOver(topic, 7 + LEASE)).isTrue();
    }

    @Test
    void aRenewalIsOfTheOwnTopicsAndAProbeOfTheOthers() {
        assertThat(lease.listOf(LogEntry.Kind.RENEWAL)).isSameAs(lease.own);
        assertThat(lease.listOf(LogEntry.Kind.PROBE)).isSameAs(lease.others);
    }

    @Test
    void topicsAreRenewedAtMostOnceInATwelfthOfTheLease() {
        lease.own.put(topic, 0);
        DueTopics.Open next = open("next");
        lease.own.put(next, 1);
        DueTopics.Open last = open("last");
        lease.own.put(last, CHECK + 1);
        assertThat(lease.toRenew(THIRD)).containsExactly(topic);
        assertThat(lease.toRenew(THIRD + CHECK - 1)).isEmpty();
        assertThat(lease.toRenew(THIRD + CHECK)).containsExactly(next);
        assertThat(lease.toRenew(THIRD + 2 * CHECK - 1))
                .as("a twelfth counts from the last renewal")
                .isEmpty();
        assertThat(lease.toRenew(THIRD + 2 * CHECK)).containsExactly(last);
    }

    @Test
    void aRenewalThatWasNotKeptIsRepeatedAtOnce() {
        lease.own.put(topic, 0);
        assertThat(lease.toRenew(THIRD)).containsExactly(topic);
        lease.own.dueAgain(topic);
        assertThat(lease.toRenew(THIRD)).containsExactly(topic);
        assertThat(lease.toRenew(THIRD)).isEmpty();
    }

    @Test
    void aTopicThatIsDecidedOnIsNotDecidedOnAgainForTheTimeOfTheLease() {
        lease.probed.put(topic, 0);
        List<DueTopics.Due> due = lease.toDecide(THIRD);
        assertThat(due).containsExactly(topic.decision);
        assertThat(lease.toDecide(2 * THIRD)).isEmpty();
        assertThat(lease.toDecide(3 * THIRD)).isEmpty();
        assertThat(lease.toDecide(THIRD + LEASE)).containsExactly(topic.decision);
        assertThat(topic.decision).isNotEqualTo(due.get(0));
    }

    @Test
    void aTopicWhoseDecisionIsPendingForLessThanTheLeaseIsNotDueInTime() {
        lease.probed.put(topic, 0);
        topic.decision = new DueTopics.Due(topic, THIRD - LEASE + 1);
        assertThat(lease.toDecide(THIRD)).isEmpty();
        topic.decision = new DueTopics.Due(topic, 2 * THIRD - LEASE);
        assertThat(lease.toDecide(2 * THIRD)).hasSize(1);
    }

    @Test
    void aTopicThatIsDueAgainWaitsForThePendingDecision() {
        lease.probed.put(topic, 0);
        DueTopics.Due first = lease.toDecide(THIRD).get(0);
        lease.probed.dueAgain(topic);
        assertThat(lease.toDecide(THIRD)).isEmpty();
        first.decided();
        assertThat(lease.toDecide(THIRD)).hasSize(1);
    }

    @Test
    void aTopicThatNoOtherNodeRunsIsDecidedOnWithoutAWait() {
        lease.others.put(topic, 0);
        lease.endUnlessOurs(topic, 0);
        assertThat(lease.others.isEmpty()).isTrue();
        assertThat(lease.toDecide(0)).allMatch(DueTopics.Due::isOrphan).hasSize(1);
        assertThat(topic.decision).isNull();
    }

    @Test
    void aTopicThatThisNodeRunsOrStartsIsNotEnded() {
        lease.others.put(topic, 0);
        topic.isOurs = true;
        lease.endUnlessOurs(topic, 0);
        assertThat(lease.others.find("t")).isSameAs(topic);
        topic.isOurs = false;
        lease.beginStart("t");
        lease.endUnlessOurs(topic, 0);
        assertThat(lease.others.find("t")).isSameAs(topic);
        lease.startCompleted("t");
        lease.endUnlessOurs(topic, 0);
        assertThat(lease.probed.find("t")).isSameAs(topic);
    }

    @Test
    void aTopicIsStartingUntilAllItsStartsAreCompleted() {
        lease.beginStart("t");
        lease.beginStart("t");
        lease.endWhileStarting("t");
        lease.startCompleted("t");
        assertThat(lease.hasEndedWhileStarting("t")).isTrue();
        lease.startCompleted("t");
        assertThat(lease.hasEndedWhileStarting("t")).isFalse();
        lease.endWhileStarting("t");
        assertThat(lease.hasEndedWhileStarting("t")).as("none is on its way").isFalse();
    }

    @Test
    void aTopicIsFoundInEachListUntilItIsRemoved() {
        assertThat(lease.isEmpty()).isTrue();
        for (DueTopics list : List.of(lease.own, lease.others, lease.probed)) {
            list.put(topic, 0);
            assertThat(lease.find("t")).isSameAs(topic);
            assertThat(lease.isEmpty()).isFalse();
            lease.remove("t");
            assertThat(lease.find("t")).isNull();
            assertThat(lease.isEmpty()).isTrue();
        }
    }
}

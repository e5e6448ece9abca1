package dev.freshet.hub;

import static dev.freshet.harness.Conditions.await;
import static dev.freshet.hub.TopicLeasesFixture.THIRD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.log.LogEntry;
import dev.freshet.log.LogEntry.Kind;
import org.junit.jupiter.api.Test;

/** In which of its lists a lease has a topic. */
class TopicLeasesStateTest extends LeasePartsFixture {
    @Test
    void aTopicThatThisNodeStartedIsItsOwn() {
        assertThat(own().isOurs).isTrue();
        assertIn(lease.own);
    }

    @Test
    void aTopicOfNoLeaseIsLeftAlone() {
        leases.own("other", START);
        leases.ends("other", START);
        leases.beginStart("other");
        leases.startCompleted("other");
        assertThat(lease.isEmpty()).isTrue();
        assertThat(leases.of("other")).isNull();
        assertThat(leases.of(TOPIC)).isSameAs(lease);
    }

    @Test
    void aTopicThatTheLogDoesNotHaveOpenIsNotKept() {
        leases.own(TOPIC, START);
        assertThat(lease.isEmpty()).isTrue();
    }

    @Test
    void aTopicThatTheLogHasOpenSinceAnotherStartIsNotKept() {
        startInLog();
        startAnewInLog();
        leases.own(TOPIC, START);
        assertThat(lease.isEmpty()).isTrue();
    }

    @Test
    void aTopicThatWasStartedAnewIsNotThatOfAnEarlierStart() {
        startInLog();
        startAnewInLog();
        leases.own(TOPIC, LATER);
        leases.own(TOPIC, START);
        assertThat(held().start).isEqualTo(LATER);
        assertIn(lease.own);
    }

    @Test
    void aTopicOfTheLogThatIsReadFirstBecomesThisNodesOwn() {
        startOfAnother();
        leases.own(TOPIC, START);
        assertIn(lease.own);
    }

    @Test
    void aTopicThatIsEndedWhileItStartsIsNotThisNodesToRenew() {
        startInLog();
        leases.beginStart(TOPIC);
        leases.ends(TOPIC, null);
        leases.own(TOPIC, START);
        leases.startCompleted(TOPIC);
        assertIn(lease.others);
        assertThat(held().isOurs).isTrue();
    }

    @Test
    void aTopicThatThisNodeEndsIsNotItsToRenewAnyMore() {
        own();
        pass(THIRD);
        leases.ends(TOPIC, START);
        assertIn(lease.others);
        assertThat(held().isOurs).isTrue();
        assertThat(held().lastEntryAt).isEqualTo(THIRD.toNanos());
    }

    @Test
    void aTopicThatIsEndedWhateverItsStartIsTheOneInTheLog() {
        own();
        leases.ends(TOPIC, null);
        assertIn(lease.others);
    }

    @Test
    void anEndOfAnEarlierStartLeavesTheTopicToThisNode() {
        startInLog();
        startAnewInLog();
        leases.own(TOPIC, LATER);
        leases.ends(TOPIC, START);
        assertIn(lease.own);
    }

    @Test
    void theEndOfATopicOfAnotherNodeLeavesItToThat() {
        DueTopics.Open topic = startOfAnother();
        pass(THIRD);
        leases.ends(TOPIC, START);
        assertThat(lease.others.find(TOPIC)).isSameAs(topic);
        assertThat(topic.isOurs).isFalse();
    }

    @Test
    void theEndOfATopicThatIsNotHeldIsNotKeptOnASharedStore() {
        startInLog();
        leases.ends(TOPIC, START);
        assertThat(lease.isEmpty()).isTrue();
    }

    @Test
    void theEndOfATopicThatIsNotHeldIsKeptWhereNoOtherNodeIs() {
        startInLog();
        leases.loaded(false);
        leases.ends(TOPIC, START);
        assertIn(lease.others);
    }

    @Test
    void theEndOfATopicThatHasEndedSinceIsNotKept() {
        own();
        startAnewInLog();
        leases.ends(TOPIC, START);
        assertThat(lease.isEmpty()).isTrue();
    }

    @Test
    void whereNoOtherNodeIsNothingIsHeldOfOwnTopics() {
        leases.loaded(false);
        startInLog();
        leases.own(TOPIC, START);
        assertThat(lease.isEmpty()).isTrue();
        leases.reader().startedBefore(TOPIC, START);
        assertThat(lease.isEmpty()).isTrue();
        assertThat(leases.renewed(lease, TOPIC, START)).isTrue();
    }

    @Test
    void whereOtherNodesAreNothingIsEndedAtTheLoad() {
        startOfAnother();
        leases.loaded(true);
        assertIn(lease.others);
    }

    @Test
    void whereNoOtherNodeIsOwnTopicsAreForgottenAtTheLoad() {
        own();
        leases.loaded(false);
        assertThat(lease.isEmpty()).isTrue();
    }

    @Test
    void whereNoOtherNodeIsTopicsOfOthersAreEndedAtTheLoad() {
        startOfAnother();
        leases.loaded(false);
        await("the end", () -> hasBegunCheck(Kind.LAST));
        assertThat(kinds()).containsExactly(Kind.LAST);
    }

    @Test
    void whereNoOtherNodeIsATopicIsEndedOnceItsStartHereIsRefused() {
        log.startedBefore("answers/before", AwayStore.id(1));
        leases.update(lease, "answers/before");
        startOfAnother();
        leases.beginStart(TOPIC);
        leases.loaded(false);
        await("the end of the other by the check of the load", () -> appended.size() == 1);
        assertThat(lease.others.find(TOPIC)).isSameAs(held());
        leases.startCompleted(TOPIC);
        await("the end", () -> appended.size() == 2);
        assertThat(appended).extracting(LogEntry::topic).containsExactly("answers/before", TOPIC);
    }

    @Test
    void whereNoOtherNodeIsATopicIsNotHeldAnyMoreOnceItWasStartedHere() {
        startOfAnother();
        leases.beginStart(TOPIC);
        leases.loaded(false);
        leases.own(TOPIC, START);
        assertThat(lease.isEmpty()).isTrue();
    }

    @Test
    void whereOtherNodesAreATopicIsNotEndedThoughItsStartHereIsRefused() {
        startOfAnother();
        leases.beginStart(TOPIC);
        leases.startCompleted(TOPIC);
        assertIn(lease.others);
        assertThat(held().isOrphan).isFalse();
    }
}

package dev.freshet.hub;

import static dev.freshet.fixtures.Conditions.await;
import static dev.freshet.hub.TopicLeasesFixture.THIRD;
import static dev.freshet.hub.TopicLeasesFixture.TIME;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.fixtures.LogReader;
import dev.freshet.log.LogEntry;
import dev.freshet.log.LogEntry.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In which of its lists a lease has a topic. */
class TopicLeasesStateTest extends LeasePartsFixture {
    private static final EventId LATER = AwayStore.id(4);

    /** The topic was removed, and started again. */
    private void startAnewInLog() {
        log.write(LogEntry.of(Kind.REMOVAL, TOPIC), AwayStore.id(3), 0);
        log.write(LogEntry.of(Kind.START, TOPIC), LATER, 0);
    }

    private DueTopics.Open own() {
        startInLog();
        leases.own(TOPIC, START);
        return held();
    }

    private void assertIn(DueTopics list) {
        assertThat(list.find(TOPIC)).isNotNull();
        assertThat(List.of(lease.own, lease.others, lease.probed))
                .filteredOn(each -> !each.isEmpty())
                .containsExactly(list);
    }

    private boolean hasBegunCheck(Kind kind) {
        return kinds().contains(kind);
    }

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

    @Test
    void aTopicIsHeldAsTheLogHasIt() {
        startOfAnother();
        DueTopics.Open first = held();
        leases.update(lease, TOPIC);
        assertThat(held()).isSameAs(first);
        startAnewInLog();
        pass(THIRD);
        leases.update(lease, TOPIC);
        assertThat(held().start).isEqualTo(LATER);
        assertThat(held().lastEntryAt).isEqualTo(THIRD.toNanos());
        log.write(LogEntry.of(Kind.REMOVAL, TOPIC), AwayStore.id(5), 0);
        leases.update(lease, TOPIC);
        assertThat(lease.isEmpty()).isTrue();
    }

    @Test
    void anEntryOfATopicThatIsAskedForTakesItBackToTheOthers() {
        startOfAnother();
        pass(TIME);
        deliverOfMany(Kind.PROBE, START);
        assertIn(lease.probed);
        assertThat(leases.renewed(lease, TOPIC, START)).isTrue();
        assertIn(lease.others);
    }

    @Test
    void anEntryOfATopicOfThisNodeRestartsTheTimeOfItsRenewal() {
        own();
        pass(THIRD);
        assertThat(leases.renewed(lease, TOPIC, START)).isTrue();
        assertIn(lease.own);
        leases.check();
        assertThat(appended).isEmpty();
    }

    @Test
    void anEntryOfAnotherStartIsOfNoTopicThatIsHeld() {
        own();
        assertThat(leases.renewed(lease, TOPIC, LATER)).isFalse();
        assertThat(leases.renewed(lease, "answers/other", START)).isFalse();
    }

    @Test
    void aProbeOfAnotherStartIsOfNoTopicThatIsHeld() {
        own();
        List<DueTopics.Open> toRenew = new ArrayList<>();
        assertThat(leases.probed(lease, new LeasedTopics.Leased(TOPIC, LATER), 0, toRenew))
                .isFalse();
        assertThat(leases.probed(lease, new LeasedTopics.Leased("answers/other", START), 0, toRenew))
                .isFalse();
        assertThat(toRenew).isEmpty();
        assertThat(leases.probed(lease, new LeasedTopics.Leased(TOPIC, START), 0, toRenew))
                .isTrue();
        assertThat(toRenew).containsExactly(held());
    }

    @Test
    void anOlderTopicDoesNotRemoveTheOneThatIsHeld() {
        DueTopics.Open topic = own();
        leases.remove(new DueTopics.Open(TOPIC, START, lease, 0));
        assertThat(held()).isSameAs(topic);
        leases.remove(topic);
        assertThat(lease.isEmpty()).isTrue();
    }

    @Test
    void aCheckRenewsOwnTopicsAndAsksForThoseOfOthers() {
        own();
        pass(THIRD);
        leases.check();
        assertThat(kinds()).containsExactly(Kind.RENEWAL);
        leases.ends(TOPIC, START);
        pass(TIME);
        leases.check();
        assertThat(kinds()).containsExactly(Kind.RENEWAL, Kind.PROBE);
    }

    @Test
    void whatIsNotKeptIsRepeatedAtTheNextCheck() {
        own();
        fail(Kind.RENEWAL, new IOException("full"));
        pass(THIRD);
        leases.check();
        leases.check();
        assertThat(kinds()).containsExactly(Kind.RENEWAL, Kind.RENEWAL);
    }

    @Test
    void aClosedHubChecksHoldsAndDecidesNothing() {
        DueTopics.Open topic = startOfAnother();
        pass(TIME);
        deliverOfMany(Kind.PROBE, START);
        DueTopics.Due due = new DueTopics.Due(topic, 0);
        topic.decision = due;
        assertThat(leases.isUnanswered(due)).isTrue();
        leases.close();
        assertThat(leases.isUnanswered(due)).isFalse();
        pass(THIRD);
        leases.check();
        assertThat(appended).isEmpty();
        lease.remove(TOPIC);
        leases.own(TOPIC, START);
        leases.reader().startedBefore(TOPIC, START);
        assertThat(lease.isEmpty()).isTrue();
    }

    @Test
    void whatACloseLeavesUnkeptIsNotLogged() {
        leases.close();
        fail(Kind.RENEWAL, new IOException("full"));
        DueTopics.Open topic = new DueTopics.Open(TOPIC, START, lease, 0);
        assertThat(LogReader.logged(() -> leases.write(Kind.RENEWAL, List.of(topic))))
                .doesNotContain("RENEWAL is not kept");
    }

    @Test
    void theTimerIsArmedOnceWhileATopicIsOpen() {
        assertThat(armed).isEmpty();
        startOfAnother();
        assertThat(armed).containsExactly(TIME.toNanos() / 12);
        leases.own(TOPIC, START);
        assertThat(armed).hasSize(1);
        timer.accept(leases);
        assertThat(armed).containsExactly(TIME.toNanos() / 12, TIME.toNanos() / 12);
        leases.remove(held());
        timer.accept(leases);
        assertThat(armed).hasSize(2);
    }

    @Test
    void theTimerIsArmedForATopicOfThisNodeAndNotAfterTheClose() {
        own();
        assertThat(armed).hasSize(1);
        leases.close();
        timer.accept(leases);
        assertThat(armed).hasSize(1);
    }

    @Test
    void theTimerBeginsACheck() {
        own();
        pass(THIRD);
        timer.accept(leases);
        await("the renewal", () -> hasBegunCheck(Kind.RENEWAL));
    }
}

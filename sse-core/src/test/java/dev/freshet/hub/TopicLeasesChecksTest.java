package dev.freshet.hub;

import static dev.freshet.harness.Conditions.await;
import static dev.freshet.hub.TopicLeasesFixture.THIRD;
import static dev.freshet.hub.TopicLeasesFixture.TIME;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.harness.LogReader;
import dev.freshet.log.LogEntry;
import dev.freshet.log.LogEntry.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What entries, checks and the timer do to the topics of a lease. */
class TopicLeasesChecksTest extends LeasePartsFixture {
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

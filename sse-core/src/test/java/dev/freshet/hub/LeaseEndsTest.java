package dev.freshet.hub;

import static dev.freshet.harness.Conditions.await;
import static dev.freshet.hub.TopicLeasesFixture.THIRD;
import static dev.freshet.hub.TopicLeasesFixture.TIME;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.harness.LogReader;
import dev.freshet.log.LogEntry;
import dev.freshet.log.LogEntry.Kind;
import dev.freshet.log.TopicEndedException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is decided on a topic whose node has not answered. */
class LeaseEndsTest extends LeasePartsFixture {
    private DueTopics.Open unanswered() {
        DueTopics.Open topic = startOfAnother();
        pass(TIME);
        deliverOfMany(Kind.PROBE, START);
        pass(THIRD);
        return topic;
    }

    private void probeTakes(Duration time) {
        answer = entry -> {
            if (entry.kind() == Kind.PROBE) {
                pass(time);
            }
            return CompletableFuture.completedFuture(START);
        };
    }

    private boolean isPending(DueTopics.Open topic) {
        synchronized (leases) {
            return topic.decision != null;
        }
    }

    @Test
    void aSecondProbeMayTakeASixthOfTheLease() {
        unanswered();
        probeTakes(TIME.dividedBy(6));
        leases.check();
        assertThat(kinds()).containsExactly(Kind.PROBE, Kind.LAST);
    }

    @Test
    void aSecondProbeThatTakesLongerAsksForAnAnswerAgain() {
        DueTopics.Open topic = unanswered();
        probeTakes(TIME.dividedBy(6).plusNanos(1));
        assertThat(LogReader.logged(leases::check))
                .contains("topic \"answers/1\": its node is asked again")
                .contains("PT5M0.000000001S");
        assertThat(kinds()).containsExactly(Kind.PROBE);
        assertThat(lease.probed.find(TOPIC)).isSameAs(topic);
        assertThat(isPending(topic)).isFalse();
    }

    @Test
    void aTopicIsNotEndedWhereTheStoreWasDisturbedSinceTheFirstProbe() {
        DueTopics.Open topic = unanswered();
        disturbances = 1;
        leases.check();
        assertThat(kinds()).containsExactly(Kind.PROBE);
        assertThat(topic.disturbances).isOne();
        pass(THIRD);
        leases.check();
        assertThat(kinds()).containsExactly(Kind.PROBE, Kind.PROBE, Kind.LAST);
    }

    @Test
    void aTopicThatHasEndedBeforeIsNotLeasedAnyMore() {
        unanswered();
        fail(Kind.LAST, new TopicEndedException(TOPIC));
        leases.check();
        assertThat(kinds()).containsExactly(Kind.PROBE, Kind.LAST);
        assertThat(lease.find(TOPIC)).isNull();
    }

    @Test
    void anEndThatIsNotKeptIsDecidedOnAtTheNextCheck() {
        unanswered();
        fail(Kind.LAST, new IOException("full"));
        leases.check();
        leases.check();
        assertThat(kinds()).containsExactly(Kind.PROBE, Kind.LAST, Kind.PROBE, Kind.LAST);
    }

    @Test
    void aSecondProbeThatIsNotKeptIsRepeatedAtTheNextCheck() {
        DueTopics.Open topic = unanswered();
        fail(Kind.PROBE, new IOException("full"));
        leases.check();
        assertThat(kinds()).containsExactly(Kind.PROBE);
        assertThat(isPending(topic)).isFalse();
        leases.check();
        assertThat(kinds()).containsExactly(Kind.PROBE, Kind.PROBE);
    }

    @Test
    void aSecondProbeThatIsAnsweredLaterDecides() {
        unanswered();
        CompletableFuture<EventId> later = new CompletableFuture<>();
        answer = entry -> entry.kind() == Kind.PROBE ? later : CompletableFuture.completedFuture(START);
        leases.check();
        assertThat(kinds()).containsExactly(Kind.PROBE);
        later.complete(START);
        await("the end", () -> kinds().contains(Kind.LAST));
    }

    @Test
    void aSecondProbeThatFailsLaterDecidesNothingAndIsNotPendingAnyMore() {
        DueTopics.Open topic = unanswered();
        CompletableFuture<EventId> later = new CompletableFuture<>();
        answer = probe -> later;
        leases.check();
        assertThat(isPending(topic)).isTrue();
        later.completeExceptionally(new IOException("full"));
        await("it is over", () -> !isPending(topic));
        assertThat(kinds()).containsExactly(Kind.PROBE);
        answer = entry -> CompletableFuture.completedFuture(START);
        leases.check();
        assertThat(kinds()).containsExactly(Kind.PROBE, Kind.PROBE, Kind.LAST);
    }

    @Test
    void aTopicThatIsAnsweredWhileTheSecondProbeIsOnItsWayIsNotEnded() {
        unanswered();
        answer = entry -> {
            deliverOfMany(Kind.RENEWAL, START);
            return CompletableFuture.completedFuture(START);
        };
        leases.check();
        assertThat(kinds()).containsExactly(Kind.PROBE);
    }

    @Test
    void aTopicThatNoOtherNodeRunsIsEndedWithoutAProbe() {
        startOfAnother();
        lease.endUnlessOurs(held(), nanos.get());
        leases.check();
        assertThat(appended).extracting(LogEntry::kind).containsExactly(Kind.LAST);
    }

    @Test
    void aTopicWhoseNodeIsAskedAgainOnlyIfItHasNotAnswered() {
        DueTopics.Open topic = unanswered();
        answer = entry -> {
            deliverOfMany(Kind.RENEWAL, START);
            disturbances = 1;
            return CompletableFuture.completedFuture(START);
        };
        assertThat(LogReader.logged(leases::check)).doesNotContain("asked again");
        assertThat(lease.others.find(TOPIC)).isSameAs(topic);
        assertThat(lease.probed.isEmpty()).isTrue();
    }
}

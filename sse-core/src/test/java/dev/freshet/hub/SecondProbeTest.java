package dev.freshet.hub;

import static dev.freshet.harness.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.harness.LogReader;
import dev.freshet.log.TopicState;
import dev.freshet.store.DelegatingStore;
import dev.freshet.store.EventStore;
import dev.freshet.store.PausedStore;
import dev.freshet.store.StoreStats;
import dev.freshet.store.StoredEntry;
import dev.freshet.store.StoredEntry.Kind;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a second probe of a dead node's topic decides. */
class SecondProbeTest extends TopicLeasesFixture {
    @RegisterExtension
    final LogReader log = new LogReader();

    /** Keeps each probe, and answers the next ones when a test says so. */
    private static final class LateAnswers extends DelegatingStore {
        private CompletableFuture<Void> answered = CompletableFuture.completedFuture(null);

        LateAnswers(EventStore store) {
            super(store);
        }

        CompletableFuture<Void> answerLater() {
            answered = new CompletableFuture<>();
            return answered;
        }

        @Override
        public CompletionStage<EventId> append(StoredEntry entry, String key) {
            CompletableFuture<EventId> kept = super.append(entry, key).toCompletableFuture();
            boolean isLate = entry.kind() == Kind.PROBE && !kept.isCompletedExceptionally();
            return isLate ? answered.thenCompose(v -> kept) : kept;
        }
    }

    /** A node whose way to the store is a test's, of topics whose node is dead and was asked. */
    private SseHub asking(EventStore way, int topics) {
        SseHub dead = node(store);
        SseHub there = node(way);
        for (int i = 1; i <= topics; i++) {
            start(dead, "answers/" + i + "/" + "x".repeat(50));
        }
        dead.close();
        pass(TIME);
        check(there);
        pass(THIRD);
        return there;
    }

    /** As the other, of one topic that is asked for a second time, while its way is paused. */
    private SseHub watching(PausedStore paused) {
        SseHub dead = node(store);
        SseHub there = node(paused);
        start(dead, "answers/1");
        dead.close();
        pass(TIME);
        check(there);
        pass(THIRD);
        paused.pause();
        check(there);
        return there;
    }

    @Test
    void aProbeMayTakeAnEighthOfTheLease() {
        PausedStore paused = new PausedStore(store);
        SseHub there = watching(paused);
        pass(TIME.dividedBy(8));
        paused.goOn();
        await("the topic is ended", () -> there.state("answers/1") == TopicState.ENDED);
        assertThat(store.count(Kind.PROBE, "")).isEqualTo(2);
    }

    @Test
    void aProbeThatTakesAThirdOfTheLeaseIsRepeatedOnceItIsDelivered() {
        PausedStore paused = new PausedStore(store);
        SseHub there = watching(paused);
        pass(THIRD);
        check(there);
        paused.goOn();
        await("it is decided on", () -> log.text().contains("its node is asked again"));
        assertThat(store.count(Kind.PROBE, ""))
                .as("none beside one that is on its way")
                .isEqualTo(2);
        assertThat(there.state("answers/1")).isEqualTo(TopicState.OPEN);
        await("the topic is ended", () -> {
            pass(THIRD);
            check(there);
            return there.state("answers/1") == TopicState.ENDED;
        });
    }

    @Test
    void aTopicWhoseSecondProbeIsNeverAnsweredIsDecidedOnAfterAnotherLease() {
        LateAnswers way = new LateAnswers(store);
        SseHub there = asking(way, 1);
        way.answerLater();
        check(there);
        way.answerLater().complete(null);
        pass(THIRD);
        check(there);
        assertThat(store.count(Kind.PROBE))
                .as("none beside one that may be on its way")
                .isEqualTo(2);
        pass(THIRD);
        check(there);
        pass(THIRD);
        check(there);
        assertThat(store.count(Kind.LAST)).isOne();
    }

    @Test
    void aSecondProbeThatIsAnsweredBehindTheNextOneDecidesNothing() {
        LateAnswers way = new LateAnswers(store);
        SseHub there = asking(way, 1);
        CompletableFuture<Void> first = way.answerLater();
        check(there);
        pass(TIME);
        CompletableFuture<Void> next = way.answerLater();
        check(there);
        first.complete(null);
        next.complete(null);
        await("the next one decides", () -> store.count(Kind.LAST) == 1);
        assertThat(log.text()).doesNotContain("its node is asked again");
    }

    @Test
    void aSecondProbeThatFailsLaterIsRepeatedAtTheNextCheck() {
        LateAnswers way = new LateAnswers(store);
        SseHub there = asking(way, 1);
        CompletableFuture<Void> answer = way.answerLater();
        check(there);
        way.answerLater().complete(null);
        answer.completeExceptionally(new IOException("full"));
        await("the topic is ended", () -> {
            check(there);
            return store.count(Kind.LAST) == 1;
        });
    }

    @Test
    void aSecondProbeThatFailsBesideOneThatIsAnsweredLaterIsRepeatedAtTheNextCheck() {
        LateAnswers way = new LateAnswers(store);
        SseHub there = asking(way, 1_000);
        assertThat(store.count(Kind.PROBE)).as("all topics do not fit in one").isGreaterThan(1);
        CompletableFuture<Void> answer = way.answerLater();
        store.failOnce(entry -> entry.kind() == Kind.PROBE);
        check(there);
        way.answerLater().complete(null);
        check(there); // before it is decided on
        answer.complete(null);
        await("the topics are ended", () -> {
            check(there);
            return store.count(Kind.LAST) == 1_000;
        });
    }

    @Test
    void aTopicIsEndedAlsoWhereTheStoreHasNoStatistics() {
        SseHub dead = node(store);
        SseHub there = node(new DelegatingStore(store) {
            @Override
            public StoreStats stats() {
                throw new IllegalStateException("as the test wants");
            }
        });
        start(dead, "answers/1");
        dead.close();
        pass(TIME);
        check(there);
        pass(THIRD);
        check(there);
        assertThat(there.state("answers/1")).isEqualTo(TopicState.ENDED);
    }
}

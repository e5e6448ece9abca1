package dev.freshet.hub;

import static dev.freshet.fixtures.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.log.TopicEndedException;
import dev.freshet.log.TopicState;
import dev.freshet.store.DelegatingStore;
import dev.freshet.store.PausedStore;
import dev.freshet.store.StoreStats;
import dev.freshet.store.StoredEntry;
import dev.freshet.store.StoredEntry.Kind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Started topics of nodes that are away for longer than their lease, or that watch others then. */
class NodesAwayTest extends TopicLeasesFixture {
    @Test
    void twoThatEndItAtTheSameTimeEndItOnce() {
        SseHub dead = node(store);
        PausedStore slow = new PausedStore(store);
        SseHub first = node(slow);
        SseHub second = node(store);
        start(dead, "answers/1");
        dead.close();
        pass(TIME);
        check(second);
        pass(THIRD);
        slow.pause();
        check(first); // which asks again, and hears nothing of the other
        check(second);
        slow.goOn();

        assertThat(store.count(Kind.LAST, "answers/1")).isOne();
        assertThat(List.of(first, second))
                .allSatisfy(node -> assertThat(data(node, "answers/1")).containsExactly("gone"));
    }

    @Test
    void aNodeThatWasPausedForLongerThanTheLeaseEndsNothingOfOthersThatLive() {
        SseHub here = node(store);
        PausedStore paused = new PausedStore(store);
        SseHub there = node(paused);
        start(here, "answers/1");
        paused.pause();
        for (int i = 0; i < 6; i++) {
            pass(THIRD);
            check(here);
        }
        check(there);
        paused.goOn();
        pass(THIRD);
        check(here);
        check(there);
        check(there);

        assertThat(there.state("answers/1")).isEqualTo(TopicState.OPEN);
        assertThat(store.count(Kind.LAST, "answers/1")).isZero();
    }

    @Test
    void aNodeThatCouldNotWriteForLongerThanTheLeaseAnswersWhenItIsAsked() throws Exception {
        PausedStore paused = new PausedStore(store);
        SseHub here = node(paused);
        SseHub there = node(store);
        CompletableFuture<Void> ended = new CompletableFuture<>();
        here.started("answers/1", start(here, "answers/1")).onEnd(() -> ended.complete(null));
        paused.pause();
        pass(TIME);
        check(there);
        assertThat(store.count(Kind.PROBE, "")).isOne();
        paused.goOn();
        await("the answer, which is another thread's", () -> store.count(Kind.RENEWAL, "") > 0);
        pass(THIRD);
        check(there);

        assertThat(there.state("answers/1")).isEqualTo(TopicState.OPEN);
        assertThat(ended).isNotDone();
    }

    @Test
    void aNodeWhoseLeaseRanOutFindsItsTopicEnded() {
        PausedStore paused = new PausedStore(store);
        SseHub here = node(paused);
        SseHub there = node(store);
        StartedTopic topic = here.started("answers/1", start(here, "answers/1"));
        CompletableFuture<Void> ended = new CompletableFuture<>();
        topic.onEnd(() -> ended.complete(null));
        paused.pause();
        CompletionStage<EventId> meanwhile = topic.publish(SseEvent.of("late"));
        pass(TIME);
        check(there);
        pass(THIRD);
        check(there);
        assertThat(ended).isNotDone();
        paused.goOn();

        assertThat(ended).isCompleted();
        for (CompletionStage<EventId> late : List.of(meanwhile, topic.publish(SseEvent.of("later")))) {
            assertThat(late)
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .withCauseInstanceOf(TopicEndedException.class);
        }
        assertThat(data(here, "answers/1")).containsExactly("gone");
        assertThat(data(there, "answers/1")).containsExactly("gone");
    }

    @Test
    void twoWhoseEndsAreOnTheWayTogetherEndItOnce() {
        SseHub dead = node(store);
        CompletableFuture<SseHub> other = new CompletableFuture<>();
        SseHub first = node(new DelegatingStore(store) {
            @Override
            public CompletionStage<EventId> append(StoredEntry entry, String key) {
                if (entry.kind() == Kind.LAST) {
                    check(other.join());
                }
                return store.append(entry, key);
            }
        });
        other.complete(node(store));
        start(dead, "answers/1");
        dead.close();
        pass(TIME);
        check(first);
        pass(THIRD);
        check(first);

        assertThat(store.count(Kind.LAST, "answers/1")).isEqualTo(2);
        assertThat(data(first, "answers/1")).containsExactly("gone");
    }

    @Test
    void anAnswerThatANodeHasNotReadYetIsReadBeforeItEndsTheTopic() throws Exception {
        PausedStore paused = new PausedStore(store);
        SseHub here = node(store);
        SseHub there = node(paused);
        start(here, "answers/1");
        pass(TIME);
        check(there);
        paused.pause(); // once it has asked, and before it reads the answer
        await("the answer, which is another thread's", () -> store.count(Kind.RENEWAL, "") > 0);
        pass(THIRD);
        check(there);
        paused.goOn();

        assertThat(there.state("answers/1")).isEqualTo(TopicState.OPEN);
        assertThat(store.count(Kind.LAST, "answers/1")).isZero();
    }

    @Test
    void aNodeIsAskedAgainWhereTheWayToTheStoreWasBrokenMeanwhile() {
        AtomicLong reconnects = new AtomicLong();
        SseHub dead = node(store);
        SseHub there = node(new DelegatingStore(store) {
            @Override
            public StoreStats stats() {
                return new StoreStats(0, 0, reconnects.get(), 0, null);
            }
        });
        start(dead, "answers/1");
        dead.close();
        pass(TIME);
        check(there);
        reconnects.incrementAndGet();
        pass(THIRD);
        check(there);
        assertThat(there.state("answers/1"))
                .as("its node may have been unable to answer")
                .isEqualTo(TopicState.OPEN);
        assertThat(store.count(Kind.PROBE, "")).isEqualTo(2);
        pass(THIRD);
        check(there);
        assertThat(there.state("answers/1")).isEqualTo(TopicState.ENDED);
    }

    @Test
    void aNodeWhoseApplicationHoldsAllThreadsOfTheCommonPoolAnswers() throws Exception {
        SseHub here = node(store);
        SseHub there = node(store);
        start(here, "answers/1");
        CountDownLatch over = new CountDownLatch(1);
        int threads = ForkJoinPool.getCommonPoolParallelism();
        CountDownLatch held = new CountDownLatch(threads);
        for (int i = 0; i < threads; i++) {
            ForkJoinPool.commonPool().execute(() -> {
                held.countDown();
                try {
                    over.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        try {
            held.await();
            pass(TIME);
            check(there);
            await("the answer", () -> store.count(Kind.RENEWAL, "") > 0);
        } finally {
            over.countDown();
        }
    }

    @Test
    void anEndThatTheStoreDoesNotKeepIsTriedAgain() {
        SseHub dead = node(store);
        PausedStore paused = new PausedStore(store);
        SseHub there = node(paused);
        start(dead, "answers/1");
        dead.close();
        pass(TIME);
        check(there);
        store.failWith(new IllegalStateException("full"));
        pass(THIRD);
        check(there);
        assertThat(there.state("answers/1")).isEqualTo(TopicState.OPEN);
        store.failWith(null);
        pass(THIRD);
        check(there);
        assertThat(there.state("answers/1")).isEqualTo(TopicState.ENDED);
    }
}

package dev.freshet.hub;

import static dev.freshet.harness.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.log.TopicEndedException;
import dev.freshet.log.TopicState;
import dev.freshet.store.DelegatingStore;
import dev.freshet.store.EventStore;
import dev.freshet.store.PausedStore;
import dev.freshet.store.RefusingStore;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        SseHub dead = node(store);
        PausedStore paused = new PausedStore(store);
        SseHub there = node(paused);
        StartedTopic topic = here.started("answers/1", start(here, "answers/1"));
        start(dead, "answers/2");
        dead.close();
        paused.pause();
        for (int i = 0; i < 6; i++) {
            pass(THIRD);
            topic.publish(SseEvent.of("" + i));
        }
        check(there);
        paused.goOn();
        pass(THIRD);
        topic.publish(SseEvent.of("last"));
        check(there);

        assertThat(there.state("answers/2")).as("decided on as the other").isEqualTo(TopicState.ENDED);
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
        SseHub dead = node(store);
        SseHub there = node(paused);
        start(here, "answers/1");
        start(dead, "answers/2");
        dead.close();
        pass(TIME);
        check(there);
        paused.pause(); // once it has asked, and before it reads the answer
        await("the answer, which is another thread's", () -> store.count(Kind.RENEWAL, "") > 0);
        pass(THIRD);
        check(there);
        paused.goOn();

        await("the other is decided on, after it", () -> there.state("answers/2") == TopicState.ENDED);
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

    @ParameterizedTest
    @CsvSource({"4294967303, of before", "8589934600, of another incarnation"})
    void aNodeIsAskedAgainWhereTheTailHasBroughtAnEntryOutOfPlace(long sequence, String which) {
        CompletableFuture<EventStore.Sink> sink = new CompletableFuture<>();
        SseHub dead = node(store);
        SseHub there = node(new DelegatingStore(store) {
            @Override
            public CompletionStage<Tail> tail(Sink to) {
                sink.complete(to);
                return super.tail(to);
            }
        });
        SseHub other = node(store);
        start(dead, "answers/1");
        dead.close();
        pass(TIME);
        check(there);
        sink.join().entry(new EventId(1, sequence), 1, new StoredEntry(Kind.RENEWAL, "", new byte[0], null, null));
        other.publish("others", SseEvent.of("again of the incarnation"));
        pass(THIRD);
        check(there);
        assertThat(there.state("answers/1"))
                .as("its answer may have been there")
                .isEqualTo(TopicState.OPEN);
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
        RefusingStore refusing = new RefusingStore(store);
        SseHub there = node(refusing);
        start(dead, "answers/1");
        dead.close();
        pass(TIME);
        check(there);
        refusing.refuse(Kind.LAST, 1);
        pass(THIRD);
        check(there);
        assertThat(refusing.refused()).isOne();
        assertThat(there.state("answers/1")).isEqualTo(TopicState.OPEN);
        check(there);
        assertThat(there.state("answers/1")).isEqualTo(TopicState.ENDED);
    }
}

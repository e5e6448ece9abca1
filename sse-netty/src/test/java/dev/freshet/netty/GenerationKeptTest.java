package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.harness.LogReader;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Retention;
import dev.freshet.log.TopicEndedException;
import dev.freshet.log.TopicState;
import dev.freshet.store.EventStore;
import dev.freshet.store.MemoryStore;
import dev.freshet.store.RefusingStore;
import dev.freshet.store.SlowStore;
import dev.freshet.store.StoredEntry.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Generations whose events or ends a store does not keep at once, or at all. Covers {@link GenerationLastEvent}. */
@Timeout(2 * ServerFixture.PATIENCE_SECONDS)
class GenerationKeptTest extends ServerFixture {
    private static final Duration PATIENCE = Duration.ofSeconds(PATIENCE_SECONDS);
    private static final String FAILED = "{\"message\":\"the stream failed\"}";

    private final MemoryStore store = new MemoryStore();
    private final RefusingStore refusing = new RefusingStore(store);

    private SseHub on(EventStore kept) {
        return keep(SseHub.builder().store(kept).build());
    }

    private static CompletableFuture<Void> ended(SseHub hub) {
        EventId start = hub.topic("answer").start();
        CompletableFuture<Void> ended = new CompletableFuture<>();
        assertThat(start).isNotNull();
        hub.started("answer", start).onEnd(() -> ended.complete(null));
        return ended;
    }

    @Test
    void theEndOfTheCodeIsTriedUntilItIsKept() {
        SseHub hub = on(refusing);
        SseGeneration generation = SseGeneration.start(hub, "answer");
        CompletableFuture<Void> ended = ended(hub);
        refusing.refuse(Kind.LAST, 4);
        String log = LogReader.logged(() -> {
            generation.run(Runnable::run, () -> {});
            assertThat(ended).succeedsWithin(PATIENCE);
        });
        assertThat(refusing.refused()).isEqualTo(4);
        assertThat(log).containsOnlyOnce("its last event was not kept");
        assertThat(store.count(Kind.LAST, "answer")).isOne();
    }

    @Test
    void anEndByHandIsTriedUntilItIsKeptAndThenItsPositionIsTold() {
        SseHub hub = on(refusing);
        SseGeneration generation = SseGeneration.start(hub, "answer");
        refusing.refuse(Kind.LAST, 4);
        assertThat(generation.complete()).succeedsWithin(PATIENCE).isEqualTo(hub.latest());
        assertThat(generation.isComplete()).isTrue();
    }

    @Test
    void aCancelIsTriedUntilItIsKept() {
        SseHub hub = on(refusing);
        refusing.refuse(Kind.LAST, 1);
        assertThat(SseGeneration.start(hub, "answer").cancel()).succeedsWithin(PATIENCE);
        assertThat(hub.state("answer")).isEqualTo(TopicState.ENDED);
    }

    @Test
    void theEndThatTheCodeGivesCountsWhereItIsNotKeptAtOnce() throws Exception {
        SseHub hub = on(refusing);
        SseGeneration generation = SseGeneration.start(hub, "answer");
        CompletableFuture<Void> ended = ended(hub);
        generation.run(Runnable::run, () -> {
            refusing.refuse(Kind.LAST, 1);
            generation.fail(new IOException("the model is gone"));
        });
        assertThat(ended).succeedsWithin(PATIENCE);
        assertThat(follower(serve(generation::follow)).readEvent().data()).isEqualTo(FAILED);
    }

    @Test
    void aCancelCountsWhereItIsNotKeptAtOnceAndTheCodeReturns() throws Exception {
        SseHub hub = on(refusing);
        SseGeneration generation = SseGeneration.start(hub, "answer");
        CompletableFuture<Void> ended = ended(hub);
        generation.run(Runnable::run, () -> {
            refusing.refuse(Kind.LAST, 1);
            generation.cancel();
            Thread.interrupted();
        });
        assertThat(ended).succeedsWithin(PATIENCE);
        assertThat(follower(serve(generation::follow)).readEvent().type()).isEqualTo("cancelled");
    }

    @Test
    void ofTwoEndsTheFirstCountsAndTheOtherIsToldSo() throws Exception {
        SseGeneration generation = SseGeneration.start(on(refusing), "answer");
        refusing.refuse(Kind.LAST, 1);
        CompletionStage<EventId> first = generation.complete();
        CompletionStage<EventId> second = generation.cancel();
        assertThat(first).succeedsWithin(PATIENCE);
        assertThat(second).failsWithin(PATIENCE).withThrowableThat().withCauseInstanceOf(TopicEndedException.class);
        assertThat(store.count(Kind.LAST, "answer")).isOne();
    }

    @Test
    void anEndThatTheStoreLosesBehindItsAcknowledgementIsTriedAgain() {
        SlowStore slow = new SlowStore();
        SseHub hub = on(slow);
        SseGeneration generation = SseGeneration.start(hub, "answer");
        slow.keep();
        slow.bring();
        CompletableFuture<EventId> end = generation.complete().toCompletableFuture();
        CompletableFuture<Void> again = new CompletableFuture<>();
        slow.atNextAppend(() -> again.complete(null));
        EventId lost = slow.keep();
        slow.sink().lost(new EventId(lost.millis(), lost.sequence() + (1L << 32)));
        assertThat(end).isNotDone();
        assertThat(again).succeedsWithin(PATIENCE);
    }

    @Test
    void whatTheStoreThrowsIsAFailureThatIsTriedAgain() {
        SseHub hub = on(refusing);
        SseGeneration generation = SseGeneration.start(hub, "answer");
        refusing.failWith(new NoClassDefFoundError("by the test"));
        CompletionStage<EventId> end = generation.complete();
        refusing.failWith(null);
        assertThat(end).succeedsWithin(PATIENCE);
    }

    @Test
    void anEndIsTriedNoMoreBehindAnotherOrBehindItsHub() {
        SseHub hub = on(refusing);
        refusing.refuse(Kind.LAST, Integer.MAX_VALUE);
        SseGeneration ended = SseGeneration.start(hub, "answer");
        CompletionStage<EventId> late = ended.complete();
        SseGeneration.cancel(on(store), "answer");
        assertThat(late).failsWithin(PATIENCE).withThrowableThat().withCauseInstanceOf(TopicEndedException.class);

        CompletionStage<EventId> open = SseGeneration.start(hub, "other").complete();
        hub.close();
        assertThat(open).failsWithin(PATIENCE);
        assertThat(store.count(Kind.LAST, "other")).isZero();
    }

    @Test
    void whatACallerDoesToTheStageOfAnEndDoesNotSettleIt() throws Exception {
        SseHub hub = on(refusing);
        SseGeneration generation = SseGeneration.start(hub, "answer");
        CompletableFuture<Void> ended = ended(hub);
        generation.run(Runnable::run, () -> {
            refusing.refuse(Kind.LAST, 2);
            CompletableFuture<EventId> end =
                    generation.complete(SseEvent.of("the code's")).toCompletableFuture();
            end.completeExceptionally(new TimeoutException("as of orTimeout"));
            end.join();
        });
        assertThat(ended).succeedsWithin(PATIENCE);
        assertThat(follower(serve(generation::follow)).readEvent().data()).isEqualTo("the code's");
    }

    @Test
    void whatACallerDoesToTheStageOfAnEventDoesNotFailTheGeneration() throws Exception {
        SlowStore slow = new SlowStore();
        SseHub hub = on(slow);
        SseGeneration generation = SseGeneration.start(hub, "answer");
        slow.keep();
        slow.bring();
        generation.run(Runnable::run, () -> generation
                .publish(SseEvent.of("a"))
                .toCompletableFuture()
                .completeExceptionally(new TimeoutException("as of orTimeout")));
        slow.keep();
        slow.bring();
        assertThat(slow.data()).containsExactly("a", "{}");
    }

    @Test
    void codeWhoseEventWasRefusedHasFailedThoughNobodySawTheException() throws Exception {
        SseHub hub = keep(SseHub.builder()
                .retention(Retention.builder().maxBytes(1024).build())
                .build());
        SseGeneration generation = SseGeneration.start(hub, "answer");
        generation.run(Runnable::run, () -> {
            generation.publish(SseEvent.of("a"));
            assertThatIllegalArgumentException().isThrownBy(() -> generation.publish(SseEvent.of("x".repeat(2048))));
        });
        assertThat(follower(serve(generation::follow)).readEvents(2))
                .extracting("data")
                .containsExactly("a", FAILED);
    }

    @Test
    void codeIsNotInterruptedByItsOwnEndOfWhichTheStoreCouldNotTell() {
        SlowStore slow = new SlowStore();
        SseHub hub = on(slow);
        SseGeneration generation = SseGeneration.start(hub, "answer");
        slow.keep();
        slow.bring();
        CompletableFuture<Void> again = new CompletableFuture<>();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        generation.run(Runnable::run, () -> {
            generation.complete();
            slow.atNextAppend(() -> again.complete(null));
            slow.lose(); // as the store tells, which has kept it all the same
            slow.entry(Kind.LAST, "answer");
            interrupted.complete(Thread.interrupted());
        });
        assertThat(generation.isComplete()).isTrue();
        assertThat(interrupted).isCompletedWithValue(false);
    }

    @Test
    void howeverOftenItIsCancelledWhileTheStoreIsAwayAllAreToldAndFewWait() {
        SseHub hub = on(refusing);
        SseGeneration generation = SseGeneration.start(hub, "answer");
        refusing.refuse(Kind.LAST, Integer.MAX_VALUE);
        CompletionStage<EventId> first = generation.complete();
        List<CompletionStage<EventId>> others = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            others.add(generation.cancel());
        }
        refusing.refuse(Kind.LAST, 0);
        assertThat(first).succeedsWithin(PATIENCE);
        assertThat(others).allSatisfy(other -> assertThat(other).failsWithin(PATIENCE));
        assertThat(others.get(4_999))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withMessageContaining("generation: 64 last events wait for another one (expected: fewer)");
        assertThat(store.count(Kind.LAST, "answer")).isOne();
    }

    @Test
    void codeThatReturnsWhereAnEventWasNotKeptHasFailed() throws Exception {
        SseHub hub = on(refusing);
        SseGeneration generation = SseGeneration.start(hub, "answer");
        CompletableFuture<Void> ended = ended(hub);
        generation.run(Runnable::run, () -> {
            generation.publish(SseEvent.of("a"));
            refusing.refuse(Kind.EVENT, 1);
            generation.publish(SseEvent.of("b"));
            generation.publish(SseEvent.of("c"));
        });
        assertThat(ended).succeedsWithin(PATIENCE);
        assertThat(follower(serve(generation::follow)).readEvents(3))
                .extracting("data")
                .containsExactly("a", "c", FAILED);
    }

    @Test
    void theEndOfTheCodeComesOnceAllEventsAreKept() {
        SlowStore slow = new SlowStore();
        SseHub hub = on(slow);
        SseGeneration generation = SseGeneration.start(hub, "answer");
        slow.keep();
        slow.bring();
        generation.run(Runnable::run, () -> {
            generation.publish(SseEvent.of("a"));
            generation.publish(SseEvent.of("b"));
        });
        slow.keep();
        slow.bring();
        assertThat(slow.data()).containsExactly("a", "b");
        slow.keep();
        slow.bring();
        assertThat(slow.data()).containsExactly("a", "b", "{}");
    }

    @Test
    void anEventThatIsLostAfterTheCodeHasReturnedFailsIt() {
        SlowStore slow = new SlowStore();
        SseHub hub = on(slow);
        SseGeneration generation = SseGeneration.start(hub, "answer");
        slow.keep();
        slow.bring();
        generation.run(Runnable::run, () -> generation.publish(SseEvent.of("a")));
        slow.lose();
        assertThat(slow.data()).containsExactly("a", FAILED);
    }
}

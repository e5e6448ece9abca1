package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.harness.LogReader;
import dev.freshet.hub.SseHub;
import dev.freshet.log.TopicEndedException;
import dev.freshet.log.TopicState;
import dev.freshet.store.MemoryStore;
import dev.freshet.store.StoredEntry.Kind;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Generations that one node runs, and that clients follow and end at another. */
@Timeout(2 * ServerFixture.PATIENCE_SECONDS)
class GenerationNodesTest extends ServerFixture {
    private static final Duration PATIENCE = Duration.ofSeconds(PATIENCE_SECONDS);

    private final MemoryStore store = new MemoryStore();
    private final SseHub other = SseHub.builder().store(store).build();

    private SseGeneration generation;

    @BeforeEach
    void startAtThisNode() {
        hub.close();
        hub = SseHub.builder().store(store).build();
        keep(other);
        generation = SseGeneration.start(hub, "answer");
    }

    private SseServer at(SseHub node) {
        return serve(request -> SseGeneration.follow(node, "answer", request));
    }

    /** Runs code that waits for ever; completes with whether it was interrupted, and its thread is not any more. */
    private CompletableFuture<Boolean> wait(SseGeneration waiting) throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        new Thread(() -> {
                    CompletableFuture<Boolean> thrown = new CompletableFuture<>();
                    waiting.run(Runnable::run, () -> {
                        running.countDown();
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException e) {
                            thrown.complete(true);
                            throw e;
                        }
                    });
                    interrupted.complete(
                            thrown.getNow(false) && !Thread.currentThread().isInterrupted());
                })
                .start();
        running.await();
        return interrupted;
    }

    private void assertEnds(SseServer server, String type, String data) throws Exception {
        RawSseClient client = follower(server);
        assertThat(client.readEvent()).extracting("type", "data").containsExactly(type, data);
        assertThat(client.tryReadEvent()).isNull();
    }

    @Test
    void whoFollowsAtAnotherNodeGetsAllOfIt() throws Exception {
        generation.publish(SseEvent.of("a"));
        RawSseClient client = follower(at(other));
        generation.publish(SseEvent.of("b"));
        generation.complete();

        assertThat(client.readEvents(3)).extracting("data").containsExactly("a", "b", "{}");
        assertThat(client.tryReadEvent()).isNull();
    }

    @Test
    void whoIsCutOffInTheMiddleOfAWordResumesAtAnotherNode() throws Exception {
        RawSseClient first = follower(at(hub));
        generation.publish(SseEvent.of("riv"));
        String text = first.readEvent().data();
        generation.publish(SseEvent.of("er"));
        first.cut();
        generation.publish(SseEvent.of(" runs"));

        RawSseClient second = client(at(other));
        assertThat(second.get("/events", "Last-Event-ID: " + first.lastEventId())
                        .header("SSE-Resume"))
                .isEqualTo("resumed");
        generation.complete();
        text += second.readEvent().data() + second.readEvent().data();
        assertThat(text).isEqualTo("river runs");
        assertThat(second.readEvent().type()).isEqualTo("done");
        assertThat(second.tryReadEvent()).isNull();
    }

    @Test
    void aCancelAtAnotherNodeEndsItOnceForAllAndInterruptsItsCode() throws Exception {
        SseServer here = at(hub);
        SseServer there = at(other);
        CompletableFuture<Boolean> interrupted = wait(generation);
        String log = LogReader.logged(() -> {
            assertThat(SseGeneration.cancel(other, "answer")).isCompleted();
            assertThat(interrupted).succeedsWithin(PATIENCE).isEqualTo(true);
        });

        assertThat(log).doesNotContain("generation");
        assertEnds(here, "cancelled", "{}");
        assertEnds(there, "cancelled", "{}");
        assertThat(store.count(Kind.LAST, "answer")).isOne();
        assertThatIllegalStateException().isThrownBy(() -> generation.publish(SseEvent.of("late")));
    }

    @Test
    void anotherEndAtAnotherNodeInterruptsItsCode() throws Exception {
        CompletableFuture<Boolean> interrupted = wait(generation);
        other.complete("answer", SseEvent.of("usage", "12"));

        assertThat(interrupted).succeedsWithin(PATIENCE).isEqualTo(true);
        assertEnds(at(hub), "usage", "12");
    }

    @Test
    void aRemovalAtAnotherNodeInterruptsItsCode() throws Exception {
        CompletableFuture<Boolean> interrupted = wait(generation);
        other.remove("answer");

        assertThat(interrupted).succeedsWithin(PATIENCE).isEqualTo(true);
        assertThat(hub.state("answer")).isEqualTo(TopicState.UNKNOWN);
    }

    @Test
    void anEndThatItsCodeGivesItDoesNotInterruptTheCode() throws Exception {
        CompletableFuture<Boolean> undisturbed = new CompletableFuture<>();
        generation.run(Runnable::run, () -> {
            generation.complete(SseEvent.of("usage", "12"));
            undisturbed.complete(!Thread.currentThread().isInterrupted());
        });

        assertThat(undisturbed).isCompletedWithValue(true);
        assertEnds(at(other), "usage", "12");
    }

    @Test
    void codeThatWouldRunAfterAnEndElsewhereDoesNot() {
        CompletableFuture<Void> ran = new CompletableFuture<>();
        SseGeneration.cancel(other, "answer");
        generation.run(Runnable::run, () -> ran.complete(null));
        assertThat(ran).isNotDone();
        assertThat(generation.isComplete()).isTrue();
    }

    @Test
    void oneThatIsFollowedAtAnotherNodeIsNotCancelledByWhoCountsItsOwnFollowers() throws Exception {
        RawSseClient client = follower(at(other));
        SseGeneration.start(hub, "nobody's").cancelUnfollowed(Duration.ofMillis(10));
        CompletableFuture<Boolean> interrupted = wait(generation);
        generation.cancelUnfollowed(Duration.ofMillis(10));
        SseHub alone = keep(SseHub.create());
        CompletableFuture<Void> cancelled = new CompletableFuture<>();
        SseGeneration.start(alone, "late").cancelUnfollowed(Duration.ofMillis(200));
        alone.started("late", Objects.requireNonNull(alone.topic("late").start()))
                .onEnd(() -> cancelled.complete(null));
        assertThat(cancelled).succeedsWithin(PATIENCE);

        assertThat(interrupted).isNotDone();
        assertThat(store.count(Kind.LAST)).isZero();
        generation.complete();
        assertThat(client.readEvent().type()).isEqualTo("done");
    }

    @Test
    void aCancelOfWhatIsNotOpenPublishesNothing() {
        generation.complete();
        for (String topic : new String[] {"answer", "nobody's"}) {
            assertThat(SseGeneration.cancel(other, topic))
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .withCauseInstanceOf(TopicEndedException.class);
        }
        assertThat(store.count(Kind.LAST, "answer")).isOne();
        assertThat(store.count(Kind.LAST, "nobody's")).isZero();
    }
}

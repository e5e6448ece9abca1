package dev.freshet.netty;

import static dev.freshet.harness.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Retention;
import dev.freshet.store.SlowStore;
import dev.freshet.store.StoredEntry.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that follow a generation whose start the store has not kept yet. */
@Timeout(2 * ServerFixture.PATIENCE_SECONDS)
class GenerationStartTest extends ServerFixture {
    private final SlowStore store = new SlowStore();

    /** A client for which the endpoint was called, before the store has kept the start. */
    private RawSseClient following(SseHub hub) throws Exception {
        SseGeneration generation = SseGeneration.start(hub, "answer");
        CompletableFuture<Void> called = new CompletableFuture<>();
        SseServer server = serve(request -> {
            SseReply following = generation.follow(request);
            called.complete(null);
            return following;
        });
        RawSseClient client = client(server);
        client.send(Pipelines.get("/events"));
        called.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return client;
    }

    @Test
    void aStreamBeginsOnceTheStartIsKept() throws Exception {
        SseHub hub = keep(SseHub.builder().store(store).build());
        RawSseClient client = following(hub);
        EventId start = store.keep();
        store.bring();
        assertThat(client.readHead().status()).isEqualTo(200);
        hub.started("answer", start).complete(SseEvent.of("done"));
        store.keep();
        store.bring();
        assertThat(client.readEvent().data()).isEqualTo("done");
        assertThat(client.tryReadEvent()).isNull();
    }

    @Test
    void aClientIsToldToComeLaterWhereTheStartIsNotKept() throws Exception {
        RawSseClient client = following(keep(SseHub.builder().store(store).build()));
        store.lose();
        RawSseClient.Head head = client.readHead();
        assertThat(head.status()).isEqualTo(503);
        assertThat(head.header("Retry-After")).isEqualTo("5");
    }

    @Test
    void aClientIsRefusedWhereAnotherNodeHadStartedIt() throws Exception {
        RawSseClient client = following(keep(SseHub.builder().store(store).build()));
        store.entry(Kind.START, "answer");
        store.keep();
        store.bring();
        assertThat(client.readHead().status()).isEqualTo(409);
    }

    /** A server for one stream at a time, whose endpoint tells when it was called. */
    private SseServer forOne(SseGeneration generation, Duration answerTimeout, CompletableFuture<Void> called) {
        return start(local().limits(Limits.builder()
                        .connections(1)
                        .answerTimeout(answerTimeout)
                        .build())
                .endpoint("/events", request -> {
                    called.complete(null);
                    return generation.follow(request);
                }));
    }

    private int status(SseServer server) throws Exception {
        return sending(server, Pipelines.get("/events")).readHead().status();
    }

    @Test
    void aClientThatWaitsForTheStartCountsAsAStream() throws Exception {
        SseGeneration generation =
                SseGeneration.start(keep(SseHub.builder().store(store).build()), "answer");
        CompletableFuture<Void> called = new CompletableFuture<>();
        SseServer server = forOne(generation, Duration.ofHours(1), called);
        RawSseClient first = sending(server, Pipelines.get("/events"));
        called.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(status(server)).as("on the same loop, behind the first").isEqualTo(503);
        store.keep();
        store.bring();
        assertThat(first.readHead().status()).isEqualTo(200);
    }

    @Test
    void aClientThatHasWaitedForHalfOfTheTimeForAnAnswerIsToldToRetryAndGivesBackItsPlace() throws Exception {
        SseGeneration generation =
                SseGeneration.start(keep(SseHub.builder().store(store).build()), "answer");
        SseServer server = forOne(generation, Duration.ofSeconds(4), new CompletableFuture<>());
        RawSseClient first = sending(server, Pipelines.get("/events"));
        assertThat(first.readHead().status()).isEqualTo(503);
        assertThat(new String(first.readToEnd(), StandardCharsets.UTF_8)).contains("the stream is not started yet");
        store.keep();
        store.bring();
        assertThat(status(server)).isEqualTo(200);
    }

    @Test
    void aClientThatDisconnectsWhileItWaitsGivesBackItsPlaceAndLeavesNothingBehind() throws Exception {
        SseGeneration generation =
                SseGeneration.start(keep(SseHub.builder().store(store).build()), "answer");
        CompletableFuture<Void> called = new CompletableFuture<>();
        SseServer server = forOne(generation, Duration.ofHours(1), called);
        ReplyAwaitedStart start = awaited(generation.follow(SseRequest.builder().build()));
        RawSseClient first = sending(server, Pipelines.get("/events"));
        await("it waits", () -> start.waiting() == 1);
        first.cut();
        await("it waits no more", () -> start.waiting() == 0);
        store.keep();
        store.bring();
        assertThat(status(server)).isEqualTo(200);
    }

    private static ReplyAwaitedStart awaited(SseReply.Subscribe reply) {
        return Objects.requireNonNull(Objects.requireNonNull(reply.following).start());
    }

    /** A client of a reply that was made before the start is kept, and is given once four events are retained. */
    private RawSseClient late(UnaryOperator<SseReply.Subscribe> options, int retained) throws Exception {
        Retention little = Retention.builder().maxEvents(retained).build();
        SseHub hub = keep(SseHub.builder().store(store).retention(little).build());
        SseReply.Subscribe reply = options.apply(
                SseGeneration.start(hub, "answer").follow(SseRequest.builder().build()));
        EventId start = store.keep();
        store.bring();
        for (int i = 1; i <= 4; i++) {
            hub.started("answer", start).publish(SseEvent.of("" + i));
            assertThat(store.keep()).isEqualTo(id(i + 1));
            store.bring();
        }
        RawSseClient client = client(serve(request -> reply));
        client.send(Pipelines.get("/events"));
        return client;
    }

    private static EventId id(long number) {
        return new EventId(Long.MAX_VALUE / 2, number << 32);
    }

    @Test
    void theStartThatTheApplicationSetsCountsBeforeTheGenerationIsStarted() throws Exception {
        RawSseClient client = late(reply -> reply.from(id(3)), 100);
        assertThat(client.readHead().header("SSE-Resume")).isEqualTo("fresh");
        assertThat(client.readEvents(2)).extracting("data").containsExactly("3", "4");
    }

    @Test
    void theStartAtTheEarliestEventThatTheApplicationSetsIsNoReset() throws Exception {
        RawSseClient client = late(SseReply.Subscribe::fromEarliest, 2);
        assertThat(client.readHead().header("SSE-Resume")).isEqualTo("fresh");
        assertThat(client.readEvents(2)).extracting("data").containsExactly("3", "4");
    }

    @Test
    void codeThatWaitsForTheStartIsGivenToItsExecutorOnAThreadOfTheGenerations() throws Exception {
        SseGeneration generation =
                SseGeneration.start(keep(SseHub.builder().store(store).build()), "answer");
        CompletableFuture<String> thread = new CompletableFuture<>();
        generation.run(code -> thread.complete(Thread.currentThread().getName()), () -> {});
        store.keep();
        store.bring();
        assertThat(thread.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).startsWith("freshet-generation-");
    }

    @Test
    void aGenerationFailsWhoseStartFindsTooManyOthersThatWaitForAThread() throws Exception {
        SseGeneration generation =
                SseGeneration.start(keep(SseHub.builder().store(store).build()), "answer");
        generation.run(code -> {}, () -> {});
        CountDownLatch over = new CountDownLatch(1);
        AtomicBoolean isFull = new AtomicBoolean();
        try {
            for (int i = 0; !isFull.get() && i < 2 * GenerationThreads.MOST_WAITING; i++) {
                try {
                    GenerationThreads.ofStarts().execute(() -> awaitQuietly(over));
                } catch (RejectedExecutionException e) {
                    isFull.set(true);
                }
            }
            CountDownLatch ended = new CountDownLatch(1);
            store.atNextAppend(ended::countDown);
            store.keep();
            store.bring();
            assertThat(ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            store.keep();
            store.bring();
            await("the generation is over", generation::isComplete);
        } finally {
            over.countDown();
        }
    }

    @Test
    void aGenerationFailsWhoseCodeFindsNoThread() throws Exception {
        SseGeneration generation = SseGeneration.start(hub, "answer");
        GenerationCode code = new GenerationCode(generation, new GenerationSentEvents(), task -> {
            throw new OutOfMemoryError("as the test wants it");
        });

        code.executeAfter(CompletableFuture.completedFuture(id(1)), Runnable::run, () -> {});

        await("the generation is over", generation::isComplete);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aLastEventThatIsTriedAgainIsNotHeldUpByStoresThatBlock() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        CompletableFuture<Void> run = new CompletableFuture<>();
        try {
            for (int i = 0; i < 8; i++) {
                GenerationThreads.execute(() -> awaitQuietly(over));
            }
            GenerationThreads.executeAfter(1, () -> run.complete(null));
            run.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } finally {
            over.countDown();
        }
    }

    @Test
    void aClientThatWaitedIsResetWhereTheFirstEventsAreEvicted() throws Exception {
        assertThat(late(reply -> reply, 2).readHead().header("SSE-Resume")).isEqualTo("reset");
    }

    @Test
    void aLowerBoundDoesNotReplaceTheStartOfTheGeneration() throws Exception {
        assertThat(late(reply -> reply.notBefore(id(1)), 2).readHead().header("SSE-Resume"))
                .isEqualTo("reset");
    }

    @Test
    void aWaitThatIsOverLeavesNothingBehind() {
        CompletableFuture<EventId> started = new CompletableFuture<>();
        ReplyAwaitedStart start = new ReplyAwaitedStart(started);
        start.await().cancel(false);
        assertThat(start.waiting()).isZero();
        CompletableFuture<EventId> waiting = start.await();
        assertThat(start.waiting()).isOne();
        started.complete(new EventId(1, 1));
        assertThat(waiting).isCompletedWithValue(new EventId(1, 1));
        assertThat(start.await()).isCompletedWithValue(new EventId(1, 1));
        assertThat(start.waiting()).isZero();
    }
}

package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser.Event;
import dev.freshet.hub.SseHub;
import dev.freshet.store.EventStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How finite streams end that outlive their connections. */
class GenerationEndTest extends ServerFixture {
    private static final String FAILED = "{\"message\":\"the stream failed\"}";

    private final SseGeneration generation = SseGeneration.start(hub, "answer");

    private void assertFollowed(String... typesAndData) throws Exception {
        RawSseClient client = follower(serve(generation::follow));
        for (int i = 0; i < typesAndData.length; i += 2) {
            assertThat(client.readEvent())
                    .extracting(Event::type, Event::data)
                    .containsExactly(typesAndData[i], typesAndData[i + 1]);
        }
        assertThat(client.tryReadEvent()).isNull();
    }

    @Test
    void itIsCompleteWhereItsCodeReturns() throws Exception {
        generation.run(Runnable::run, () -> generation.publish(SseEvent.of("a")));
        assertFollowed("message", "a", "done", "{}");
    }

    @Test
    void itHasFailedWhereItsCodeThrows() throws Exception {
        generation.run(Runnable::run, () -> {
            generation.publish(SseEvent.of("a"));
            throw new IOException("the model is gone");
        });
        assertFollowed("message", "a", "error", FAILED);
    }

    @Test
    void itHasFailedWhereNobodyRunsItsCode() throws Exception {
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> generation.run(
                        task -> {
                            throw new RejectedExecutionException("full");
                        },
                        () -> {}));
        assertFollowed("error", FAILED);
    }

    @Test
    void theEndThatItsCodeGivesItCounts() throws Exception {
        generation.run(Runnable::run, () -> {
            generation.complete(SseEvent.of("usage", "12"));
            throw new IOException("too late");
        });
        assertFollowed("usage", "12");
    }

    @Test
    void codeThatIsInterruptedStaysSo() throws Exception {
        generation.run(Runnable::run, () -> {
            throw new InterruptedException("by the test");
        });
        assertThat(Thread.interrupted()).isTrue();
        assertFollowed("error", FAILED);
    }

    @Test
    void codeThatOutlivesTheHubFailsQuietly() {
        String log = logged(() -> {
            generation.run(Runnable::run, hub::close);
            generation.run(Runnable::run, () -> generation.publish(SseEvent.of("late")));
        });
        assertThat(log).doesNotContain("generation answer");
        assertThat(generation.isComplete()).isFalse();
    }

    @Test
    void anEndThatTheStoreRefusesIsLogged() {
        try (SseHub stored = SseHub.builder().store(new FailingStore()).build()) {
            SseGeneration refused = SseGeneration.start(stored, "answer");
            assertThat(logged(refused::complete)).contains("WARN", "generation answer", "store: full");
        }
    }

    @Test
    void theStreamsEndWhereTheStoreRefusesTheEndOfTheCode() throws Exception {
        Recorder recorder = new Recorder();
        try (SseHub stored = SseHub.builder().store(new FailingStore()).build()) {
            SseGeneration refused = SseGeneration.start(stored, "answer");
            RawSseClient client = follower(start(local().listener(recorder).endpoint("/events", refused::follow)));
            refused.run(Runnable::run, () -> {});
            assertThat(client.tryReadEvent()).isNull();
            assertThat(recorder.nextClosed()).isEqualTo(CloseReason.FAILED);
        }
    }

    @Test
    void itEndsWhereTheStoreThrowsAnError() {
        FailingStore store = new FailingStore();
        store.error = new NoClassDefFoundError("by the test");
        try (SseHub stored = SseHub.builder().store(store).build()) {
            SseGeneration refused = SseGeneration.start(stored, "answer");
            assertThatExceptionOfType(NoClassDefFoundError.class).isThrownBy(refused::complete);
            assertThat(refused.isComplete()).isFalse();
            refused.run(Runnable::run, () -> {});
            assertThat(refused.isComplete()).isTrue();
        }
    }

    @Test
    void theStreamsOfARefusedEndReadWhatWasKeptAndAreToldToStop() throws Exception {
        SlowStore store = new SlowStore();
        try (SseHub stored = SseHub.builder().store(store).build()) {
            SseGeneration refused = SseGeneration.start(stored, "answer");
            SseServer server = serve(refused::follow);
            RawSseClient client = follower(server);
            refused.run(Runnable::run, () -> refused.publish(SseEvent.of("a")));
            store.kept.get(0).complete(new EventId(3, 0));
            for (int i = 1; i <= 3; i++) {
                store.kept.get(i).completeExceptionally(new IOException("full"));
            }
            store.sink.event("other", new EventId(2, 0), SseEvent.of("x"));
            store.sink.event("answer", new EventId(3, 0), SseEvent.of("a"));
            assertThat(client.readEvent().data()).isEqualTo("a");
            assertThat(client.tryReadEvent()).isNull();
            assertThat(client(server)
                            .get("/events", "Last-Event-ID: " + client.lastEventId())
                            .status())
                    .isEqualTo(204);
        }
    }

    @Test
    void theEndOfTheCodeIsTriedThriceAndThenItIsOver() {
        SlowStore store = new SlowStore();
        try (SseHub stored = SseHub.builder().store(store).build()) {
            SseGeneration refused = SseGeneration.start(stored, "answer");
            refused.run(Runnable::run, () -> {
                throw new IOException("the model is gone");
            });
            store.kept.get(0).completeExceptionally(new IOException("full"));
            store.kept.get(1).completeExceptionally(new IOException("full"));
            assertThat(refused.isComplete()).isFalse();
            store.kept.get(2).completeExceptionally(new IOException("full"));
            assertThat(store.appended).containsExactly(FAILED, FAILED, FAILED);
            assertThat(refused.isComplete()).isTrue();
            assertThat(refused.complete().toCompletableFuture()).isCompletedExceptionally();
            assertThatIllegalStateException().isThrownBy(() -> refused.publish(SseEvent.of("late")));
        }
    }

    @Test
    void theEndOfTheCodeCountsWhenItIsKeptAtLast() {
        SlowStore store = new SlowStore();
        try (SseHub stored = SseHub.builder().store(store).build()) {
            SseGeneration tried = SseGeneration.start(stored, "answer");
            tried.run(Runnable::run, () -> {});
            store.kept.get(0).completeExceptionally(new IOException("full"));
            store.kept.get(1).complete(new EventId(1, 0));
            assertThat(tried.complete().toCompletableFuture()).isCompletedWithValue(new EventId(1, 0));
            assertThat(store.appended).containsExactly("{}", "{}");
        }
    }

    @Test
    void itEndsWhereTheEndThatItsCodeGaveItIsRefused() {
        SlowStore store = new SlowStore();
        try (SseHub stored = SseHub.builder().store(store).build()) {
            SseGeneration refused = SseGeneration.start(stored, "answer");
            refused.run(Runnable::run, () -> refused.complete(SseEvent.of("usage", "12")));
            store.kept.get(0).completeExceptionally(new IOException("full"));
            store.kept.get(1).complete(new EventId(1, 0));
            assertThat(store.appended).containsExactly("12", "{}");
            assertThat(refused.isComplete()).isTrue();
        }
    }

    @Test
    void theEndIsPublishedBehindWhatIsStillUnderWay() {
        SlowStore store = new SlowStore();
        try (SseHub stored = SseHub.builder().store(store).build()) {
            SseGeneration slow = SseGeneration.start(stored, "answer");
            slow.publish(SseEvent.of("a"));
            CompletionStage<EventId> complete = slow.complete();
            assertThatIllegalStateException().isThrownBy(() -> slow.publish(SseEvent.of("late")));
            assertThat(store.appended).containsExactly("a");
            store.kept.get(0).complete(new EventId(1, 0));
            assertThat(store.appended).containsExactly("a", "{}");
            store.kept.get(1).complete(new EventId(2, 0));
            assertThat(complete).isCompletedWithValue(new EventId(2, 0));
        }
    }

    @Test
    void anEndThatFailsWhenItsTurnComesMayBeTriedAgain() {
        SlowStore store = new SlowStore();
        try (SseHub stored = SseHub.builder().store(store).build()) {
            SseGeneration slow = SseGeneration.start(stored, "answer");
            slow.publish(SseEvent.of("a"));
            CompletableFuture<EventId> complete = slow.complete().toCompletableFuture();
            store.kept.get(0).completeExceptionally(new IOException("full"));
            store.kept.get(1).completeExceptionally(new IOException("full"));
            assertThat(complete).isCompletedExceptionally();
            slow.publish(SseEvent.of("b"));
            store.kept.get(2).complete(new EventId(1, 0));
            slow.complete();
            store.kept.get(3).complete(new EventId(2, 0));
            assertThat(store.appended).containsExactly("a", "{}", "b", "{}");
            assertThat(slow.isComplete()).isTrue();
        }
    }

    @Test
    void aStreamOfItIsLimitedLikeAnother() throws Exception {
        SseServer server = start(local().limits(
                        Limits.builder().connectionsPerKey(1).build())
                .endpoint("/events", request -> generation.follow(request).key("ada")));
        follower(server);
        assertThat(client(server).get("/events").status()).isEqualTo(503);
    }

    @Test
    void aStreamOfItHasAttributesAndExpiresLikeAnother() throws Exception {
        Recorder recorder = new Recorder();
        RawSseClient client = follower(start(local().listener(recorder).endpoint("/events", request -> generation
                .follow(request)
                .attribute("user", "ada")
                .expiresAt(Instant.now().plus(Duration.ofMillis(50))))));
        assertThat(recorder.nextOpened().attribute("user")).isEqualTo("ada");
        assertThat(client.readEvent().type()).isEqualTo("credentials-expired");
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.EXPIRED);
    }

    /** What the calling thread writes to the log meanwhile, and others with it. */
    private static String logged(Runnable code) {
        PrintStream before = System.err;
        var log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            code.run();
        } finally {
            System.setErr(before);
        }
        return log.toString(StandardCharsets.UTF_8);
    }

    /** A store that keeps an event when a test says so. */
    private static final class SlowStore implements EventStore {
        final List<String> appended = new ArrayList<>();
        final List<CompletableFuture<EventId>> kept = new ArrayList<>();
        Sink sink;

        @Override
        public CompletionStage<EventId> append(String topic, SseEvent event) {
            appended.add(String.valueOf(event.data()));
            kept.add(new CompletableFuture<>());
            return kept.get(kept.size() - 1);
        }

        @Override
        public CompletionStage<Tail> tail(@Nullable EventId after, Sink to) {
            sink = to;
            return CompletableFuture.completedFuture(() -> {});
        }
    }
}

package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.LogReader;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser.Event;
import dev.freshet.hub.SseHub;
import dev.freshet.store.EventStore;
import dev.freshet.store.StoredEntry;
import java.io.IOException;
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
        String log = LogReader.logged(() -> {
            generation.run(Runnable::run, hub::close);
            generation.run(Runnable::run, () -> generation.publish(SseEvent.of("late")));
        });
        assertThat(log).doesNotContain("generation answer");
        assertThat(generation.isComplete()).isFalse();
    }

    @Test
    void theEndOfTheCodeIsTriedThriceAndEachFailureIsLogged() {
        SlowStore store = new SlowStore();
        try (SseHub stored = SseHub.builder().store(store).build()) {
            SseGeneration refused = store.started(stored, "answer");
            String log = LogReader.logged(() -> {
                refused.run(Runnable::run, () -> {
                    throw new IOException("the model is gone");
                });
                for (int i = 0; i < 3; i++) {
                    store.kept.get(i).completeExceptionally(new IOException("full"));
                }
            });
            assertThat(store.data()).containsExactly(FAILED, FAILED, FAILED);
            assertThat(log.split("its last event was not kept")).hasSize(4);
            assertThat(refused.isComplete()).isFalse();
        }
    }

    @Test
    void theEndOfTheCodeCountsWhenItIsKeptAtLast() {
        SlowStore store = new SlowStore();
        try (SseHub stored = SseHub.builder().store(store).build()) {
            SseGeneration tried = store.started(stored, "answer");
            tried.run(Runnable::run, () -> {});
            store.kept.get(0).completeExceptionally(new IOException("full"));
            store.bring(1, StoredEntry.Kind.LAST, "answer");
            assertThat(tried.isComplete()).isTrue();
            assertThat(store.data()).containsExactly("{}", "{}");
        }
    }

    @Test
    void whatTheStoreThrowsIsItsFailureAndIsTriedAgain() {
        SlowStore store = new SlowStore();
        try (SseHub stored = SseHub.builder().store(store).build()) {
            SseGeneration refused = store.started(stored, "answer");
            store.error = new NoClassDefFoundError("by the test");
            assertThatExceptionOfType(NoClassDefFoundError.class).isThrownBy(refused::complete);
            refused.run(Runnable::run, () -> store.error = null);
            store.bring(0, StoredEntry.Kind.LAST, "answer");
            assertThat(refused.isComplete()).isTrue();
        }
    }

    @Test
    void aStartThatAnotherNodeWasFasterWithIsRefused() {
        SlowStore store = new SlowStore();
        try (SseHub stored = SseHub.builder().store(store).build()) {
            SseGeneration late = SseGeneration.start(stored, "answer");
            store.sink.entry(
                    new EventId(1, 0),
                    1,
                    new StoredEntry(StoredEntry.Kind.START, "answer", SlowStore.NOTHING, null, null));
            store.bring(0, StoredEntry.Kind.START, "answer");
            assertThatIllegalStateException().isThrownBy(() -> late.publish(SseEvent.of("x")));
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

    /** A store that keeps an event when a test says so. */
    private static final class SlowStore implements EventStore {
        private static final byte[] NOTHING = {};
        final List<byte[]> appended = new ArrayList<>();
        final List<CompletableFuture<EventId>> kept = new ArrayList<>();

        @Nullable
        Error error;

        Sink sink;
        private long count = 1;

        /** Whose start is kept. */
        SseGeneration started(SseHub hub, String topic) {
            SseGeneration generation = SseGeneration.start(hub, topic);
            bring(0, StoredEntry.Kind.START, topic);
            appended.clear();
            kept.clear();
            return generation;
        }

        List<String> data() {
            return appended.stream()
                    .map(body -> new String(body, StandardCharsets.UTF_8).replaceAll("(?s).*data: (.*)\n", "$1"))
                    .toList();
        }

        void bring(int index, StoredEntry.Kind kind, String topic) {
            EventId id = new EventId(Long.MAX_VALUE / 2, ++count << 32);
            byte[] body = kind == StoredEntry.Kind.START ? NOTHING : appended.get(index);
            sink.entry(id, id.millis(), new StoredEntry(kind, topic, body, null, null));
            kept.get(index).complete(id);
        }

        @Override
        public CompletionStage<EventId> append(StoredEntry entry, String key) {
            if (error != null) {
                throw error;
            }
            appended.add(entry.body());
            kept.add(new CompletableFuture<>());
            return kept.get(kept.size() - 1);
        }

        @Override
        public boolean isIdempotent() {
            return false;
        }

        @Override
        public boolean isShared() {
            return true;
        }

        @Override
        public CompletionStage<Tail> tail(Sink to) {
            sink = to;
            return CompletableFuture.completedFuture(() -> {});
        }
    }
}

package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser.Event;
import dev.freshet.harness.LogReader;
import dev.freshet.hub.SseHub;
import dev.freshet.store.SlowStore;
import dev.freshet.store.StoredEntry;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
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
    void aStartThatAnotherNodeWasFasterWithIsRefused() {
        SlowStore store = new SlowStore();
        try (SseHub stored = SseHub.builder().store(store).build()) {
            SseGeneration late = SseGeneration.start(stored, "answer");
            store.entry(StoredEntry.Kind.START, "answer");
            store.keep();
            store.bring();
            assertThatIllegalStateException().isThrownBy(() -> late.publish(SseEvent.of("x")));
        }
    }

    @Test
    void whatIsPublishedBeforeItsStartIsKeptComesInItsOrder() {
        SlowStore store = new SlowStore();
        try (SseHub stored = SseHub.builder().store(store).build()) {
            SseGeneration early = SseGeneration.start(stored, "answer");
            for (String data : List.of("a", "b")) {
                early.publish(SseEvent.of(data));
            }
            store.keep();
            store.atNextAppend(() -> CompletableFuture.runAsync(() -> early.publish(SseEvent.of("c")))
                    .join());
            store.bring();
            assertThat(store.data()).containsExactly("a", "b", "c");
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
                .expiresAt(Instant.now().plusSeconds(1)))));
        assertThat(recorder.nextOpened().attribute("user")).isEqualTo("ada");
        assertThat(client.readEvent().type()).isEqualTo("credentials-expired");
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.EXPIRED);
    }

    /** Whose start is kept. */
    private static SseGeneration started(SlowStore store, SseHub hub) {
        SseGeneration generation = SseGeneration.start(hub, "answer");
        store.keep();
        store.bring();
        return generation;
    }
}

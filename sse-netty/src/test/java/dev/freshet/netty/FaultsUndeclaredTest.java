package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.ResumeOutcome;
import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.hub.SseHub;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.ForkJoinPool;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Code of the application may throw checked exceptions that it does not declare, as that of Kotlin does.
 * Covers {@link Stages}.
 */
class FaultsUndeclaredTest extends ServerFixture {
    private static final int AGAIN = 3;

    private final Recorder recorder = new Recorder();

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T, E extends Throwable> T fail() throws E {
        throw (E) new IOException("as the test wants");
    }

    /** What fails, and what its client is told. */
    enum Failing {
        ENDPOINT(500, hub -> request -> fail()),
        ENDPOINT_ON_AN_EXECUTOR(500, hub -> SseEndpoint.blocking(ForkJoinPool.commonPool(), request -> fail())),
        EXECUTOR_OF_AN_ENDPOINT(
                500, hub -> SseEndpoint.blocking(task -> fail(), request -> SseReply.subscribe(hub, "t"))),
        SNAPSHOT(500, hub -> request -> SseReply.subscribe(hub, "t").snapshot(FaultsUndeclaredTest::fail)),
        STAGE(500, hub -> request -> SseReply.when(new FailingStage())),
        PUBLISHER(500, hub -> request -> SseReply.stream(subscriber -> fail())),
        PUBLISHER_THAT_HAS_SUBSCRIBED(
                500,
                hub -> request -> SseReply.stream(subscriber -> {
                    subscriber.onSubscribe(new HandPublisher());
                    fail();
                })),
        EXECUTOR_OF_A_SOURCE(500, hub -> request -> SseReply.stream((Executor) task -> fail(), emitter -> {})),
        SUBSCRIPTION(200, hub -> request -> SseReply.stream(subscriber -> subscriber.onSubscribe(new Broken()))),
        MAPPER(
                200,
                hub -> request -> SseReply.stream(subscriber -> {
                            subscriber.onSubscribe(new HandPublisher());
                            subscriber.onError(new IOException("as the test wants"));
                        })
                        .onFailure(cause -> fail()));

        final int status;
        final Function<SseHub, SseEndpoint> endpoint;

        Failing(int status, Function<SseHub, SseEndpoint> endpoint) {
            this.status = status;
            this.endpoint = endpoint;
        }
    }

    /** Throws where it is asked and where it is cancelled. */
    private static final class Broken implements Flow.Subscription {
        @Override
        public void request(long events) {
            fail();
        }

        @Override
        public void cancel() {
            fail();
        }
    }

    private static final class FailingStage extends CompletableFuture<SseReply> {
        @Override
        public CompletableFuture<SseReply> whenComplete(BiConsumer<? super SseReply, ? super Throwable> action) {
            return fail();
        }
    }

    @ParameterizedTest
    @EnumSource
    void itsClientIsAnsweredAndItsPlaceIsFreeAgain(Failing failing) throws Exception {
        SseServer server = start(local().limits(Limits.builder().connections(1).build())
                .listener(recorder)
                .endpoint("/failing", failing.endpoint.apply(hub))
                .endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        for (int i = 0; i < AGAIN; i++) {
            String begins = i == 0 ? "Begins: fresh" : "Last-Event-ID: 1-0"; // which is reset
            assertThat(client(server).get("/failing", begins).status()).isEqualTo(failing.status);
            if (failing.status == 200) {
                assertThat(recorder.nextClosed()).isEqualTo(CloseReason.FAILED);
            }
            assertThat(hub.stats().topics()).isZero();
        }
        follower(server);
    }

    @Test
    void aListenerHarmsNoStream() throws Exception {
        SseServer server = start(local().listener(new SseListener() {
                    @Override
                    public void opened(SseConnection connection, ResumeOutcome outcome) {
                        fail();
                    }

                    @Override
                    public void closed(SseConnection connection, CloseReason reason) {
                        fail();
                    }
                })
                .limits(Limits.builder().connections(1).build())
                .endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        RawSseClient first = follower(server);
        publish("a");
        assertThat(first.readEvent().data()).isEqualTo("a");
        server.connections().forEach(SseConnection::close);
        rest(first);
        RawSseClient second = follower(server);
        publish("b");
        assertThat(second.readEvent().data()).isEqualTo("b");
    }

    @Test
    void anOriginThatAPolicyFailsOnIsNotAllowed() throws Exception {
        SseServer server = start(local().cors(
                        CorsPolicy.builder().originsMatching(origin -> fail()).build())
                .endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        RawSseClient.Head head = client(server).get("/events", "Origin: https://app.example");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("access-control-allow-origin")).isNull();
    }

    @Test
    void aStageThatBringsTwoAnswersIsAnsweredWithTheFirst() throws Exception {
        SseServer server = serve(request -> SseReply.when(new CompletableFuture<SseReply>() {
            @Override
            public CompletableFuture<SseReply> whenComplete(BiConsumer<? super SseReply, ? super Throwable> action) {
                HandPublisher first = new HandPublisher(SseEvent.of("first"));
                action.accept(SseReply.stream(first), null);
                action.accept(SseReply.stream(new HandPublisher(SseEvent.of("second"))), null);
                return this;
            }
        }));
        RawSseClient client = client(server);
        assertThat(client.get("/events").status()).isEqualTo(200);
        assertThat(client.readEvent().data()).isEqualTo("first");
        assertThat(server.connections().count()).isEqualTo(1);
    }

    @Test
    void aGenerationWhoseExecutorFailsHasFailed() {
        SseGeneration generation = SseGeneration.start(hub, "answer");
        assertThatThrownBy(() -> generation.run(task -> fail(), () -> {})).isInstanceOf(IOException.class);
        assertThat(generation.isComplete()).isTrue();
    }

    @Test
    void aGenerationWhoseCodeFailsHasFailed() {
        SseGeneration generation = SseGeneration.start(hub, "answer");
        generation.run(Runnable::run, () -> {
            throw new Exception("as the test wants");
        });
        assertThat(generation.isComplete()).isTrue();
    }
}

package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.harness.LogReader;
import dev.freshet.log.TopicStartedException;
import dev.freshet.log.TopicState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Generations that are followed by the name of their topic, started twice, and cancelled.
 * Covers {@link GenerationFollowerTimeout} and {@link ReplyFollowGeneration}.
 */
@Timeout(2 * ServerFixture.PATIENCE_SECONDS)
class GenerationFollowTest extends ServerFixture {
    private SseServer byName() {
        return start(local().endpoint(
                        "/{topic}", request -> SseGeneration.follow(hub, request.pathParameter("topic"), request))
                .endpoint(
                        "/stopping/{topic}",
                        request ->
                                SseGeneration.follow(hub, request.pathParameter("topic"), request, SseReply.stop())));
    }

    private int status(SseServer server, String path) throws Exception {
        return client(server).get(path).status();
    }

    @Test
    void whoKnowsTheTopicFollowsItFromItsStartToItsEnd() throws Exception {
        SseServer server = byName();
        SseGeneration generation = SseGeneration.start(hub, "answer");
        generation.publish(SseEvent.of("a"));
        RawSseClient client = client(server);
        assertThat(client.get("/answer").header("SSE-Resume")).isEqualTo("fresh");
        generation.complete();
        assertThat(client.readEvents(2)).extracting("data").containsExactly("a", "{}");
        assertThat(client.tryReadEvent()).isNull();
        assertThat(client(server)
                        .get("/answer", "Last-Event-ID: " + client.lastEventId())
                        .status())
                .isEqualTo(204);
    }

    @Test
    void anUnknownOneIsRefusedOrToldToStopAndFollowingMakesItKnownToNobody() throws Exception {
        SseServer server = byName();
        assertThat(status(server, "/nobody")).isEqualTo(404);
        assertThat(status(server, "/nobody")).isEqualTo(404);
        assertThat(status(server, "/stopping/nobody")).isEqualTo(204);
        assertThat(hub.stats().topics()).isZero();
    }

    @Test
    void oneThatWasRemovedIsUnknown() throws Exception {
        SseServer server = byName();
        SseGeneration.start(hub, "answer").complete();
        assertThat(status(server, "/answer")).isEqualTo(200);
        hub.remove("answer");
        assertThat(status(server, "/answer")).isEqualTo(404);
    }

    @Test
    void oneThatIsSilentIsKnownWhetherOrNotAnybodyFollows() throws Exception {
        SseServer server = byName();
        SseGeneration.start(hub, "answer");
        for (int i = 0; i < 10_000; i++) {
            hub.publish("other " + i, SseEvent.of("x")); // has the topics looked at
        }
        assertThat(status(server, "/answer")).isEqualTo(200);
    }

    @Test
    void aSecondStartIsRefusedAndOneAfterARemovalShowsNothingOfTheFirst() throws Exception {
        SseGeneration first = SseGeneration.start(hub, "answer");
        first.publish(SseEvent.of("earlier"));
        assertThatExceptionOfType(TopicStartedException.class).isThrownBy(() -> SseGeneration.start(hub, "answer"));
        first.complete();
        assertThatExceptionOfType(TopicStartedException.class).isThrownBy(() -> SseGeneration.start(hub, "answer"));
        hub.remove("answer");
        SseGeneration second = SseGeneration.start(hub, "answer");
        second.publish(SseEvent.of("later"));
        SseServer server = byName();
        for (String path : new String[] {"/answer", "/answer?lastEventId=earliest"}) {
            RawSseClient client = client(server);
            assertThat(client.get(path).status()).isEqualTo(200);
            assertThat(client.readEvent().data()).isEqualTo("later");
        }
    }

    @Test
    void anEarlierOneWritesNothingIntoAnotherThatWasStartedSince() throws Exception {
        SseGeneration first = SseGeneration.start(hub, "answer");
        first.publish(SseEvent.of("earlier"));
        hub.remove("answer");
        assertThat(first.isComplete()).isTrue();
        assertThatIllegalStateException().isThrownBy(() -> first.publish(SseEvent.of("after the removal")));
        SseGeneration second = SseGeneration.start(hub, "answer");
        assertThatIllegalStateException().isThrownBy(() -> first.publish(SseEvent.of("into the second")));
        assertThat(first.cancel().toCompletableFuture()).isCompletedExceptionally();
        assertThat(first.complete().toCompletableFuture()).isCompletedExceptionally();
        assertThat(second.isComplete()).isFalse();
        second.publish(SseEvent.of("later"));
        second.complete();
        RawSseClient client = client(byName());
        assertThat(client.get("/answer").status()).isEqualTo(200);
        assertThat(client.readEvent().data()).isEqualTo("later");
        assertThat(client.readEvent().type()).isEqualTo("done");
    }

    @Test
    void itsStreamOpensWithNoIdOfAnotherTopic() throws Exception {
        hub.publish("other", SseEvent.of("x"));
        SseGeneration generation = SseGeneration.start(hub, "answer");
        EventId other =
                hub.publish("other", SseEvent.of("x")).toCompletableFuture().join();
        RawSseClient client = client(byName());
        client.get("/answer");
        generation.publish(SseEvent.of("a"));
        assertThat(client.readChunk()).startsWith("data: a\nid: ").doesNotContain(other.toString());
    }

    @Test
    void aCancelInterruptsItsCodeAndTellsItsClientsAndLogsNothing() throws Exception {
        SseServer server = byName();
        SseGeneration generation = SseGeneration.start(hub, "answer");
        CountDownLatch running = new CountDownLatch(1);
        CompletableFuture<Boolean> clean = new CompletableFuture<>();
        Thread runner = new Thread(() -> {
            generation.run(Runnable::run, () -> {
                running.countDown();
                new CountDownLatch(1).await();
            });
            clean.complete(!Thread.currentThread().isInterrupted());
        });
        runner.start();
        running.await();
        RawSseClient client = client(server);
        client.get("/answer");
        String log = LogReader.logged(() -> {
            generation.cancel();
            assertThat(clean.join()).isTrue();
        });
        assertThat(log).doesNotContain("generation");
        assertThat(client.readEvent()).extracting("type", "data").containsExactly("cancelled", "{}");
        assertThat(client.tryReadEvent()).isNull();
        assertThat(hub.state("answer")).isEqualTo(TopicState.ENDED);
    }

    @Test
    void codeThatWouldRunAfterACancelDoesNot() {
        SseGeneration generation = SseGeneration.start(hub, "answer");
        generation.cancel();
        CompletableFuture<Void> ran = new CompletableFuture<>();
        generation.run(Runnable::run, () -> ran.complete(null));
        assertThat(ran).isNotDone();
        assertThat(hub.state("answer")).isEqualTo(TopicState.ENDED);
    }

    @Test
    void oneThatNobodyFollowsAnyMoreIsCancelled() throws Exception {
        SseServer server = byName();
        SseGeneration generation =
                SseGeneration.start(hub, "answer").cancelUnfollowed(Duration.ofSeconds(PATIENCE_SECONDS));
        CompletableFuture<Void> interrupted = new CompletableFuture<>();
        CountDownLatch running = new CountDownLatch(1);
        SseGeneration brief = SseGeneration.start(hub, "brief");
        new Thread(() -> brief.run(Runnable::run, () -> {
                    running.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } finally {
                        interrupted.complete(null);
                    }
                }))
                .start();
        RawSseClient client = client(server);
        assertThat(client.get("/brief").status()).isEqualTo(200);
        running.await();
        brief.cancelUnfollowed(Duration.ofMillis(50));
        client.cut();
        interrupted.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(generation.isComplete()).isFalse();
    }
}

package dev.freshet.netty;

import static dev.freshet.netty.Pipelines.get;
import static dev.freshet.netty.Pipelines.send;
import static dev.freshet.netty.Pipelines.sent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What holds for every stream holds for finite ones: limits, lifetime, and the headers of access. */
class PublisherStreamLimitsTest extends ServerFixture {
    private final Recorder recorder = new Recorder();
    private final Queue<Instant> expiries = new ConcurrentLinkedQueue<>();
    private final HandPublisher publisher = new HandPublisher();

    private static void refuse(Flow.Subscriber<? super SseEvent> subscriber) {
        throw new RejectedExecutionException("as the test wants");
    }

    private SseServer limited(Limits.Builder limits) {
        return start(local().limits(limits.build())
                .listener(recorder)
                .endpoint("/events", request -> SseReply.stream(publisher).key("ada"))
                .endpoint("/full", request -> SseReply.stream(PublisherStreamLimitsTest::refuse))
                .endpoint("/now", request -> SseReply.stream(PublisherStreamTest.at("a")))
                .endpoint("/ada", request -> SseReply.subscribe(hub, "t").key("ada")));
    }

    private int status(SseServer server, String path) throws Exception {
        return client(server).get(path).status();
    }

    @Test
    void aFiniteStreamTakesAPlaceUntilItEnds() throws Exception {
        SseServer server = limited(Limits.builder().connections(1));
        RawSseClient first = client(server);
        assertThat(first.get("/events").status()).isEqualTo(200);
        assertThat(status(server, "/now")).isEqualTo(503);
        publisher.subscriber().onComplete();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.COMPLETED);
        assertThat(status(server, "/now")).isEqualTo(200);
    }

    @Test
    void aFiniteStreamCountsForItsKey() throws Exception {
        SseServer server = limited(Limits.builder().connectionsPerKey(1));
        assertThat(status(server, "/events")).isEqualTo(200);
        assertThat(status(server, "/ada")).isEqualTo(503);
        assertThat(status(server, "/now")).isEqualTo(200);
    }

    @Test
    void whatDoesNotBeginTakesNoPlace() throws Exception {
        SseServer server = limited(Limits.builder().connections(1));
        assertThat(status(server, "/full")).isEqualTo(503);
        RawSseClient client = client(server);
        client.send("HEAD /events HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(client.readHead().status()).isEqualTo(200);
        assertThat(status(server, "/now")).isEqualTo(200);
    }

    @Test
    void aFiniteStreamIsCutOffAfterItsLifetime() throws Exception {
        SseServer server = start(local().maxLifetime(Duration.ofMillis(50))
                .listener(recorder)
                .endpoint("/events", request -> SseReply.stream(publisher)));
        RawSseClient client = client(server);
        client.send(get("/events"));
        assertThat(rest(client)).contains("retry: ").doesNotContain("\r\n0\r\n");
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.LIFETIME);
        publisher.untilCancelled();
    }

    /** Each stream expires soon after it was asked for. */
    private SseServer expiring(HandPublisher published) {
        return start(local().listener(recorder).endpoint("/events", request -> {
            Instant at = Instant.now().plusMillis(1_000);
            expiries.add(at);
            return SseReply.stream(published)
                    .expiresAt(at)
                    .key("k")
                    .attribute("a", "b")
                    .onFailure(failure -> null);
        }));
    }

    @Test
    void aFiniteStreamIsCutOffWithAFarewellWhenItsCredentialsExpire() throws Exception {
        RawSseClient client = client(expiring(publisher));
        client.send(get("/events"));
        assertThat(rest(client))
                .contains("event: credentials-expired\ndata: {\"expiresAt\":\"" + expiries.remove() + "\"}\n\n")
                .doesNotContain("\r\n0\r\n");
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.EXPIRED);
        publisher.untilCancelled();
    }

    @Test
    void aFiniteStreamWhoseClientLagsIsCutOffBehindItsFarewell() throws Exception {
        // There as soon as the stream is, and so before its time is up.
        HandPublisher large = new HandPublisher(SseEvent.of("x".repeat(8 << 20)));
        RawSseClient client = client(expiring(large));
        client.send(get("/events"));
        large.untilCancelled();
        assertThat(rest(client)).hasSizeGreaterThan(8 << 20).contains("event: credentials-expired\n");
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.EXPIRED);
    }

    @Test
    void aPageOfAnAllowedOriginMayReadAFiniteStream() throws Exception {
        CorsPolicy policy = CorsPolicy.builder().origins("https://app.example").build();
        SseServer server = start(local().cors(policy).endpoint("/events", request -> SseReply.stream(publisher)));
        assertThat(client(server).get("/events", "Origin: https://app.example").headers())
                .containsEntry("access-control-allow-origin", "https://app.example")
                .containsEntry("vary", "origin");
    }

    @Tag("netty-4.2")
    @Test
    void theClockOfARequestBehindAFiniteStreamDoesNotEndIt() throws Exception {
        RequestTimeouts clock =
                new RequestTimeouts(SseHandler.builder().build().engine(), Limits.defaults(), () -> false);
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.freezeTime();
        channel.pipeline()
                .addLast(
                        clock,
                        new HttpServerCodec(),
                        clock.messages(),
                        SseHandler.builder()
                                .heartbeat(Duration.ofHours(1))
                                .endpoint("/events", request -> SseReply.stream(publisher))
                                .build());
        send(channel, get("/events"));
        send(channel, "GET /ev");
        channel.advanceTimeBy(45, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        publisher.next("a");
        channel.runPendingTasks();
        assertThat(sent(channel)).contains("data: a\n");
        publisher.subscriber().onComplete();
        channel.runPendingTasks();
        channel.advanceTimeBy(30, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertThat(sent(channel)).contains("0\r\n\r\n", "HTTP/1.1 408");
        assertThat(channel.isOpen()).isFalse();
        channel.finishAndReleaseAll();
    }
}

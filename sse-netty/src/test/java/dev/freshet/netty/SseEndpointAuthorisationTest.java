package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Endpoints that let clients in, later or never, and what those may read. Covers {@link RequestDispatch}. */
class SseEndpointAuthorisationTest extends ServerFixture {
    private final CompletableFuture<SseReply> answer = new CompletableFuture<>();
    private final Recorder recorder = new Recorder();

    private SseServer.Builder waiting() {
        Limits limits = Limits.builder()
                .answerTimeout(Duration.ofMillis(50))
                .connections(1)
                .build();
        return local().limits(limits)
                .listener(recorder)
                .endpoint("/slow", request -> SseReply.when(answer))
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"));
    }

    @Test
    void anAnswerThatDoesNotComeInTimeFreesTheConnection() throws Exception {
        RawSseClient client = client(start(waiting()));
        RawSseClient.Head head = client.get("/slow");
        assertThat(head.status()).isEqualTo(503);
        assertThat(head.headers()).containsEntry("retry-after", "5").containsEntry("connection", "close");
        assertThat(rest(client)).isEqualTo("the endpoint takes too long\n");
    }

    @Test
    void aBrowserIsToldSoftlyThatNoAnswerCameInTime() throws Exception {
        RawSseClient client = client(start(waiting()));
        assertThat(client.get("/slow", "Accept: text/event-stream", "Sec-Fetch-Mode: cors")
                        .status())
                .isEqualTo(200);
        assertThat(client.tryReadEvent()).isNull();
        assertThat(client.retries()).hasSize(1);
    }

    @Test
    void aStreamThatComesTooLateIsIgnored() throws Exception {
        SseServer server = start(waiting());
        rest(clientRefusedAt(server, "/slow"));
        answer.complete(SseReply.subscribe(hub, "t"));
        assertThat(client(server).get("/events").status()).isEqualTo(200); // the one place is free
        recorder.nextOpened();
        assertThat(recorder.opened).isEmpty();
    }

    private RawSseClient clientRefusedAt(SseServer server, String path) throws Exception {
        RawSseClient client = client(server);
        assertThat(client.get(path).status()).isEqualTo(503);
        return client;
    }

    @Test
    void whatIsPipelinedBehindAnAnswerThatDoesNotComeIsDropped() throws Exception {
        RawSseClient client = client(start(waiting()));
        client.send(Pipelines.get("/slow") + Pipelines.get("/events"));
        assertThat(client.readHead().status()).isEqualTo(503);
        assertThat(rest(client)).isEqualTo("the endpoint takes too long\n");
    }

    @Test
    void anAnswerToAnAnswerHasNoMoreTime() throws Exception {
        CompletableFuture<SseReply> never = new CompletableFuture<>();
        SseServer server = start(local().limits(
                        Limits.builder().answerTimeout(Duration.ofMillis(50)).build())
                .endpoint("/slow", request -> SseReply.when(CompletableFuture.completedFuture(SseReply.when(never)))));
        clientRefusedAt(server, "/slow");
    }

    @Test
    void anAnswerMayTakeTenSecondsUnlessSet() {
        EmbeddedChannel channel = slowChannel();
        channel.advanceTimeBy(9_999, TimeUnit.MILLISECONDS);
        assertThat(Pipelines.sent(channel)).isEmpty();
        channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        assertThat(Pipelines.sent(channel)).startsWith("HTTP/1.1 503 ");
        assertThat(channel.isOpen()).isFalse();
        assertThat(channel.finish()).isFalse();
    }

    @Test
    void anAnswerInTimeIsNotCutOff() {
        EmbeddedChannel channel = slowChannel();
        answer.complete(SseReply.subscribe(hub, "t"));
        assertThat(Pipelines.sent(channel)).startsWith("HTTP/1.1 200 ");
        channel.advanceTimeBy(10, TimeUnit.SECONDS);
        Pipelines.sent(channel);
        assertThat(channel.isOpen()).isTrue();
        channel.close();
        assertThat(channel.finish()).isFalse();
    }

    private EmbeddedChannel slowChannel() {
        EmbeddedChannel channel = Pipelines.channel(
                new HttpServerCodec(),
                SseHandler.builder()
                        .endpoint("/slow", request -> SseReply.when(answer))
                        .build());
        channel.freezeTime();
        Pipelines.send(channel, Pipelines.get("/slow"));
        return channel;
    }

    @Test
    void onlyWhatTheReplySubscribesToIsResumed() throws Exception {
        SseServer server = serve();
        publish("mine");
        EventId secret = hub.publish("secret", SseEvent.of("not for all"))
                .toCompletableFuture()
                .join();
        publish("mine too");
        RawSseClient resumed = follower(server, "Last-Event-ID: " + secret);
        assertThat(resumed.readEvent().data()).isEqualTo("mine too");
        RawSseClient all = follower(server, "Last-Event-ID: earliest");
        assertThat(all.readEvents(2)).extracting(e -> e.data()).containsExactly("mine", "mine too");
    }

    @Test
    void aStreamThatIsRevokedEndsAndItsClientIsAskedAnew() throws Exception {
        CompletableFuture<Void> revoked = new CompletableFuture<>();
        SseServer server = serve(request -> revoked.isDone()
                ? SseReply.refuse(401)
                : SseReply.subscribe(hub, "t").attribute("user", "ada"));
        RawSseClient client = follower(server);
        String id = publish("a").toString();
        client.readEvent();
        revoked.complete(null);
        assertThat(server.connections().close(c -> "ada".equals(c.attribute("user"))))
                .isEqualTo(1);
        assertThat(client.tryReadEvent()).isNull();
        RawSseClient again = client(server);
        RawSseClient.Head head = again.get("/events", "Last-Event-ID: " + id);
        assertThat(head.status()).isEqualTo(401);
        assertThat(head.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"events\"");
    }
}

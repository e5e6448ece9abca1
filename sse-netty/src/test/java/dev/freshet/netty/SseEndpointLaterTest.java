package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import io.netty.channel.Channel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Endpoints that answer later, or on a thread of their own. */
class SseEndpointLaterTest extends ServerFixture {
    private final CompletableFuture<SseReply> answer = new CompletableFuture<>();
    private final CompletableFuture<Void> asked = new CompletableFuture<>();

    private SseReply later(SseRequest request) {
        asked.complete(null);
        return SseReply.when(answer);
    }

    @Test
    void aStreamMayBeginFromAnotherThread() throws Exception {
        RawSseClient client = client(serve(this::later));
        client.send(Pipelines.get("/events"));
        asked.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        answer.complete(SseReply.subscribe(hub, "t"));
        assertThat(client.readHead().header("SSE-Resume")).isEqualTo("fresh");
        publish("a");
        assertThat(client.readEvent().data()).isEqualTo("a");
    }

    @Test
    void aRefusalFromAnotherThreadKeepsTheConnection() throws Exception {
        RawSseClient client = client(serve(this::later));
        client.send(Pipelines.get("/events"));
        asked.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        answer.complete(SseReply.refuse(403));
        assertThat(body(client, client.readHead())).isEqualTo("Forbidden\n");
        assertThat(client.get("/events").status()).isEqualTo(403);
    }

    @Test
    void anAnswerLaterMayBeAnotherAnswerLater() throws Exception {
        answer.complete(SseReply.when(CompletableFuture.completedFuture(SseReply.refuse(403))));
        assertThat(client(serve(this::later)).get("/events").status()).isEqualTo(403);
    }

    @Test
    void anAnswerThatFailsIsRefused() throws Exception {
        answer.completeExceptionally(new IllegalStateException("as the test wants"));
        RawSseClient client = client(serve(this::later));
        assertThat(client.get("/events").status()).isEqualTo(500);
        assertThat(rest(client)).isEqualTo("the endpoint failed\n");
    }

    @Test
    @SuppressWarnings("NullAway") // the mistake under test
    void anAnswerThatIsNullIsRefused() throws Exception {
        answer.complete(null);
        assertThat(client(serve(this::later)).get("/events").status()).isEqualTo(500);
    }

    @Test
    void aClientThatLeavesBeforeTheAnswerIsNoticed() throws Exception {
        CompletableFuture<Channel> channel = new CompletableFuture<>();
        Recorder recorder = new Recorder();
        SseServer server = start(local().listener(recorder)
                .requests(pipeline -> channel.complete(pipeline.channel()))
                .endpoint("/events", this::later));
        RawSseClient client = client(server);
        client.send(Pipelines.get("/events"));
        asked.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        client.close();
        assertThat(channel.join().closeFuture().await(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isTrue();
        answer.complete(SseReply.subscribe(hub, "t"));
        server.close();
        assertThat(recorder.opened).isEmpty();
        assertThat(recorder.closed).isEmpty();
    }

    @Test
    void whatIsPipelinedBehindAnAnswerToComeIsAnsweredAfterIt() throws Exception {
        RawSseClient client = client(serve(this::later));
        client.send(Pipelines.get("/events") + Pipelines.get("/a") + Pipelines.get("/events") + Pipelines.get("/b"));
        asked.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        answer.complete(SseReply.refuse(403));
        assertThat(body(client, client.readHead())).isEqualTo("Forbidden\n");
        assertThat(body(client, client.readHead())).isEqualTo("no endpoint at /a\n");
        assertThat(body(client, client.readHead())).isEqualTo("Forbidden\n");
        assertThat(body(client, client.readHead())).isEqualTo("no endpoint at /b\n");
        assertThat(client.get("/c").status()).isEqualTo(404);
    }

    @Test
    void aServerEndsWhileAnAnswerIsStillToCome() throws Exception {
        SseServer server = serve(this::later);
        RawSseClient client = client(server);
        client.send(Pipelines.get("/events"));
        asked.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        server.close();
        assertThat(client.readToEnd()).isEmpty();
    }

    @Test
    void aBlockingEndpointRunsOnItsExecutor() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor(task -> new Thread(task, "blocking-code"));
        try {
            SynchronousQueue<String> gate = new SynchronousQueue<>();
            SseServer server = start(local().endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                    .endpoint("/slow", SseEndpoint.blocking(executor, request -> {
                        try {
                            return SseReply.refuse(403, Thread.currentThread().getName() + " " + gate.take());
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    })));
            RawSseClient slow = client(server);
            slow.send(Pipelines.get("/slow"));
            assertThat(client(server).get("/events").status()).isEqualTo(200);
            assertThat(gate.offer("done", PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(body(slow, slow.readHead())).isEqualTo("blocking-code done\n");
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void aBlockingEndpointThatThrowsIsRefused() throws Exception {
        SseEndpoint endpoint = SseEndpoint.blocking(ForkJoinPool.commonPool(), request -> {
            throw new IllegalStateException("as the test wants");
        });
        assertThat(client(serve(endpoint)).get("/events").status()).isEqualTo(500);
    }

    @Test
    void aBlockingEndpointIsNotRunOnTheEventLoop() throws Exception {
        SseEndpoint endpoint = SseEndpoint.blocking(
                Runnable::run,
                request -> { // as one that is full may do
                    asked.complete(null);
                    return SseReply.stop();
                });
        RawSseClient client = client(serve(endpoint));
        RawSseClient.Head head = client.get("/events");
        assertThat(head.status()).isEqualTo(503);
        assertThat(body(client, head)).isEqualTo("overloaded\n");
        assertThat(asked).isNotDone();
    }

    @Test
    void aMalformedRequestBehindAnAnswerToComeIsAnsweredAfterIt() throws Exception {
        RawSseClient client = client(serve(this::later));
        client.send(Pipelines.get("/events") + "GET /a HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n");
        asked.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        answer.complete(SseReply.refuse(403));
        assertThat(body(client, client.readHead())).isEqualTo("Forbidden\n");
        assertThat(client.readHead().status()).isEqualTo(400);
        assertThat(rest(client)).isEqualTo("request: malformed\n");
    }

    @Test
    void aBrowserIsToldToComeLaterByAnExecutorThatIsFull() throws Exception {
        SseServer server = serve(SseEndpoint.blocking(
                task -> {
                    throw new RejectedExecutionException("full");
                },
                request -> SseReply.subscribe(hub, "t")));
        RawSseClient browser = client(server);
        assertThat(browser.get("/events", "Accept: text/event-stream", "User-Agent: Mozilla/5.0")
                        .status())
                .isEqualTo(200);
        assertThat(browser.tryReadEvent()).isNull();
        assertThat(browser.retries()).hasSize(1);

        RawSseClient other = client(server);
        RawSseClient.Head head = other.get("/events");
        assertThat(head.status()).isEqualTo(503);
        assertThat(head.header("Retry-After")).isNotNull();
    }
}

package dev.freshet.netty;

import static dev.freshet.netty.Pipelines.channel;
import static dev.freshet.netty.Pipelines.send;
import static dev.freshet.netty.Pipelines.sent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.netty.Http2Bytes.Frame;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.DataInputStream;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** An endpoint whose code blocks judges a request's head, too, before its body is read. Covers {@link BlockingEndpoint}. */
class BlockingEndpointHeadTest extends ServerFixture {
    private static final String CHUNKED = "POST /events HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String FIVE_BYTES = "POST /events HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n";

    @Test
    void codeThatBlocksJudgesOnItsExecutor() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor(task -> new Thread(task, "judge"));
        try {
            SseServer server = start(local().endpoint(
                            "POST",
                            "/events",
                            SseEndpoint.blocking(
                                    executor,
                                    new RequestEndpointCallTest.Judged(request -> SseReply.refuse(
                                            401, Thread.currentThread().getName())))));
            RequestEndpointCallTest.assertAnswered(sending(server, CHUNKED), 401, "judge");
            RequestEndpointCallTest.assertAnswered(
                    sending(server, "POST /events HTTP/1.1\r\nHost: h\r\n\r\n"), 401, "judge");
        } finally {
            executor.shutdown();
        }
    }

    @Test
    void anAggregatedRequestIsJudgedWithoutItsBody() throws Exception {
        Queue<Runnable> executor = new ArrayDeque<>();
        EmbeddedChannel channel = channel(
                new HttpServerCodec(),
                new HttpObjectAggregator(1 << 20),
                SseHandler.builder()
                        .endpoint(
                                "POST",
                                "/events",
                                SseEndpoint.blocking(
                                        executor::add,
                                        new RequestEndpointCallTest.Judged(request ->
                                                request.body().length == 0 ? null : SseReply.refuse(500, "a body"))))
                        .build());
        send(channel, FIVE_BYTES + "\r\nhello");
        elsewhere(executor.remove());
        assertThat(sent(channel)).startsWith("HTTP/1.1 409 ").endsWith("hello\n");
        Pipelines.closed(channel);
    }

    @Test
    void anAcceptedRequestForWhichTheExecutorHasNoRoomIsToldToComeLater() throws Exception {
        CompletableFuture<@Nullable SseReply> later = new CompletableFuture<>();
        Queue<Runnable> executor = new ArrayBlockingQueue<>(1);
        EmbeddedChannel channel = RequestEndpointCallTest.embedded(SseEndpoint.blocking(
                task -> {
                    if (!executor.offer(task)) {
                        throw new RejectedExecutionException();
                    }
                },
                new RequestEndpointCallTest.Judged(request -> RequestEndpointCallTest.when(later))));
        send(channel, "POST /events HTTP/1.1\r\nHost: h\r\n\r\n");
        elsewhere(executor.remove());
        executor.add(() -> {});
        elsewhere(() -> later.complete(null));
        channel.runPendingTasks();
        assertThat(sent(channel)).startsWith("HTTP/1.1 503 ");
        Pipelines.closed(channel);
    }

    @Test
    void nothingIsReadOfABodyWhoseHeadIsJudged() throws Exception {
        Queue<Runnable> executor = new ArrayDeque<>();
        EmbeddedChannel channel = RequestEndpointCallTest.embedded(
                SseEndpoint.blocking(executor::add, new RequestEndpointCallTest.Judged(request -> null)));
        send(channel, FIVE_BYTES + "\r\nhe");
        assertThat(channel.config().isAutoRead()).isFalse();
        elsewhere(executor.remove());
        assertThat(channel.config().isAutoRead()).isTrue();
        send(channel, "llo");
        elsewhere(executor.remove());
        assertThat(sent(channel)).startsWith("HTTP/1.1 409 ").endsWith("hello\n");
        Pipelines.closed(channel);
    }

    @Test
    void whoHasGoneIsNotJudged() throws Exception {
        Queue<Runnable> executor = new ArrayDeque<>();
        AtomicInteger judged = new AtomicInteger();
        EmbeddedChannel channel = RequestEndpointCallTest.embedded(
                SseEndpoint.blocking(executor::add, new RequestEndpointCallTest.Judged(request -> {
                    judged.incrementAndGet();
                    return null;
                })));
        send(channel, CHUNKED);
        Pipelines.closed(channel);
        elsewhere(executor.remove());
        assertThat(judged).hasValue(0);
    }

    @Test
    void overHttp2TheWindowOfAStreamWhoseHeadIsJudgedStaysClosed() throws Exception {
        CountDownLatch mayJudge = new CountDownLatch(1);
        ExecutorService executor = Executors.newSingleThreadExecutor();
        SseServer server = start(local().endpoint(
                        "POST",
                        "/events",
                        SseEndpoint.blocking(executor, new RequestEndpointCallTest.Judged(request -> {
                            await(mayJudge);
                            return null;
                        }))));
        try (Socket socket = new Socket("127.0.0.1", server.address().getPort())) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            DataInputStream in = new DataInputStream(socket.getInputStream());
            socket.getOutputStream().write(Http2Bytes.begin());
            socket.getOutputStream().write(Http2Bytes.beginPost(1, "/events"));
            for (int i = 0; i < 4; i++) {
                socket.getOutputStream().write(Http2Bytes.data(1, 10_000));
            }
            socket.getOutputStream().write(Http2Bytes.ping());
            int window = 0;
            for (Frame frame = Http2Bytes.readFrame(in); !frame.isPingAnswer(); frame = Http2Bytes.readFrame(in)) {
                window += frame.isWindow() ? frame.error() : 0;
            }
            assertThat(window).as("what may come beside the first window").isLessThanOrEqualTo(10_000);
            mayJudge.countDown();
            socket.getOutputStream().write(Http2Bytes.endRequest(1));
            Frame frame = Http2Bytes.readFrame(in);
            while (frame.data().isEmpty()) {
                frame = Http2Bytes.readFrame(in);
            }
            assertThat(frame.data())
                    .isEqualTo("\0".repeat(40_000).substring(0, frame.data().length()));
        } finally {
            mayJudge.countDown();
            executor.shutdown();
        }
    }

    private static void elsewhere(Runnable task) throws InterruptedException {
        Thread thread = new Thread(task);
        thread.start();
        thread.join();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

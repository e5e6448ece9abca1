package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.netty.Http2Client.Stream;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpObject;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** What is still answered when a server ends. Covers {@link ServerEnd} and {@link RequestServerHook}. */
class ServerEndAnswersTest extends ServerFixture {
    private static final Duration LONG = Duration.ofDays(1);

    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private final CompletableFuture<SseReply> answer = new CompletableFuture<>();

    private SseServer.Builder later() {
        return local().endpoint("/later", request -> {
                    asked.add(request.path());
                    return SseReply.when(answer.copy());
                })
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"));
    }

    private void awaitAsked() throws InterruptedException {
        assertThat(asked.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("/later");
    }

    private static void settled(CompletableFuture<Void> ended) throws Exception {
        ended.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void whatWasAskedIsAnsweredAndTheConnectionEndsWithIt() throws Exception {
        SseServer server = start(later());
        RawSseClient client = client(server);
        client.send(Pipelines.get("/later"));
        awaitAsked();
        CompletableFuture<Void> ended = server.shutdown(LONG).toCompletableFuture();
        answer.complete(SseReply.refuse(403));
        RawSseClient.Head head = client.readHead();
        assertThat(head.status()).isEqualTo(403);
        assertThat(head.header("Connection")).isEqualTo("close");
        assertThat(rest(client)).isEqualTo("Forbidden\n");
        client.close(); // so that the server need not wait for what it still sends
        settled(ended);
    }

    @Test
    void allThatWasPipelinedIsAnsweredAndTheLastAnswerTellsThatItIs() throws Exception {
        CompletableFuture<Channel> channel = new CompletableFuture<>();
        SseServer server = start(later().requests(pipeline -> channel.complete(pipeline.channel())));
        RawSseClient client = client(server);
        client.send(Pipelines.get("/later") + Pipelines.get("/a") + Pipelines.get("/b"));
        awaitAsked();
        CompletableFuture<Void> ended = server.shutdown(LONG).toCompletableFuture();
        // behind the read that brought all three
        channel.join().eventLoop().execute(() -> answer.complete(SseReply.refuse(403)));
        for (String known : new String[] {"Forbidden\n", "no endpoint at /a\n"}) {
            RawSseClient.Head head = client.readHead();
            assertThat(head.header("Connection")).isNull();
            assertThat(body(client, head)).isEqualTo(known);
        }
        assertThat(client.readHead().header("Connection")).isEqualTo("close");
        assertThat(rest(client)).isEqualTo("no endpoint at /b\n");
        client.close();
        settled(ended);
    }

    @Test
    void theAnswerOfAnotherHandlerIsWaitedForToo() throws Exception {
        CompletableFuture<Runnable> unanswered = new CompletableFuture<>();
        SseServer server = start(later().requests(pipeline -> pipeline.addLast(new Pipelines.Behind(false) {
            @Override
            protected void channelRead0(ChannelHandlerContext ctx, HttpObject msg) {
                super.channelRead0(ctx, msg);
                if (waiting() > 0) {
                    unanswered.complete(() -> ctx.executor().execute(() -> answer(ctx)));
                }
            }
        })));
        RawSseClient client = client(server);
        client.send(Pipelines.get("/other"));
        Runnable answering = unanswered.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        CompletableFuture<Void> ended = server.shutdown(LONG).toCompletableFuture();
        answering.run();
        assertThat(client.readHead().header("Connection")).isEqualTo("close");
        assertThat(rest(client)).isEqualTo("</other >");
        client.close();
        settled(ended);
    }

    @Test
    void aRequestBehindTheLastAnswerIsNotLookedAt() throws Exception {
        SseServer server = start(later());
        RawSseClient stream = follower(server);
        RawSseClient client = client(server);
        client.send(Pipelines.get("/later"));
        awaitAsked();
        CompletableFuture<Void> ended =
                server.shutdown(Duration.ofSeconds(PATIENCE_SECONDS)).toCompletableFuture();
        answer.complete(SseReply.refuse(403));
        assertThat(client.readHead().header("Connection")).isEqualTo("close");
        client.send(Pipelines.get("/later"));
        assertThat(rest(client)).isEqualTo("Forbidden\n");
        assertThat(rest(stream)).contains("retry: ");
        settled(ended);
        assertThat(asked).isEmpty();
    }

    @Test
    void overTlsWhatWasAskedIsAnswered() throws Exception {
        SseServer server = start(later().tls(Tls.server()));
        try (SSLSocket client = (SSLSocket) Tls.trusting()
                .getSocketFactory()
                .createSocket("127.0.0.1", server.address().getPort())) {
            client.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            OutputStream out = client.getOutputStream();
            out.write(Pipelines.get("/later").getBytes(StandardCharsets.US_ASCII));
            awaitAsked();
            CompletableFuture<Void> ended = server.shutdown(LONG).toCompletableFuture();
            answer.complete(SseReply.refuse(403));
            InputStream in = client.getInputStream();
            assertThat(new String(in.readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 403 Forbidden\r\n")
                    .contains("\r\nconnection: close\r\n")
                    .endsWith("\r\n\r\nForbidden\n");
            client.close();
            settled(ended);
        }
    }

    @Test
    void overHttp2WhatWasAskedIsAnswered() throws Exception {
        SseServer server = start(later());
        try (Http2Client client = Http2Client.connect(server)) {
            Stream stream = client.request("GET", "/later", true);
            awaitAsked();
            CompletableFuture<Void> ended = server.shutdown(LONG).toCompletableFuture();
            answer.complete(SseReply.refuse(403));
            assertThat(stream.status()).isEqualTo("403");
            assertThat(stream.body()).isEqualTo("Forbidden\n");
            client.awaitClosed();
            settled(ended);
        }
    }

    @Test
    void anAnswerThatDoesNotComeIsWaitedForUpToTheDeadline() throws Exception {
        SseServer server = start(later());
        try (Http2Client http2 = Http2Client.connect(server)) {
            RawSseClient client = client(server);
            client.send(Pipelines.get("/later"));
            awaitAsked();
            Stream stream = http2.request("GET", "/later", true);
            awaitAsked();
            settled(server.shutdown(Duration.ofMillis(100)).toCompletableFuture());
            assertThat(rest(client)).isEmpty();
            assertThat(stream.end()).isNotEqualTo("END_STREAM");
        }
    }

    @Test
    void whoClosesAServerWaitsForNoAnswer() throws Exception {
        SseServer server = start(later());
        RawSseClient client = client(server);
        client.send(Pipelines.get("/later"));
        awaitAsked();
        CompletableFuture<Void> slower = server.shutdown(LONG).toCompletableFuture();
        server.close();
        settled(slower);
        assertThat(rest(client)).isEmpty();
    }

    @Test
    void aConnectionThatOwesNothingIsNotWaitedFor() throws Exception {
        SseServer server = start(later());
        RawSseClient client = client(server);
        RawSseClient silent = client(server);
        RawSseClient begun = client(server);
        assertThat(body(client, client.get("/other"))).isEqualTo("no endpoint at /other\n");
        begun.send("GET /later HTT");
        settled(server.shutdown(LONG).toCompletableFuture());
        assertThat(rest(client)).isEmpty();
        assertThat(rest(silent)).isEmpty();
        assertThat(asked).isEmpty();
    }
}

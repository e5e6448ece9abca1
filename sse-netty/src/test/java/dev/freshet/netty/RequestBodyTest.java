package dev.freshet.netty;

import static dev.freshet.netty.Pipelines.channel;
import static dev.freshet.netty.Pipelines.get;
import static dev.freshet.netty.Pipelines.send;
import static dev.freshet.netty.Pipelines.sent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.netty.Pipelines.Behind;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a request brings in its body. */
class RequestBodyTest extends ServerFixture {
    private static final int LIMIT = 16;
    /** More MiB than the sockets' buffers take, and less than is dropped. */
    private static final int PARTS = 14;

    private static SseReply echo(SseRequest request) {
        byte[] body = request.body();
        body[0] = '!'; // a copy of its own
        return SseReply.stream(PublisherStreamTest.at(request.bodyText()));
    }

    private RawSseClient posting(String headersAndBody) throws IOException {
        RawSseClient client =
                client(start(local().limits(Limits.builder().bodyBytes(LIMIT).build())
                        .endpoint("POST", "/events", RequestBodyTest::echo)));
        client.send("POST /events HTTP/1.1\r\nHost: h\r\n" + headersAndBody);
        return client;
    }

    @Test
    void aBodyIsTheEndpointsToRead() throws Exception {
        RawSseClient client = posting("Content-Length: 5\r\n\r\nhello");
        assertThat(client.readHead().status()).isEqualTo(200);
        assertThat(client.readEvent().data()).isEqualTo("hello");
    }

    @Test
    void aBodyInChunksIsPutTogether() throws Exception {
        RawSseClient client = posting("Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n");
        client.readHead();
        assertThat(client.readEvent().data()).isEqualTo("hello");
    }

    @Test
    void aBodyIsTextInUtf8() throws Exception {
        RawSseClient client = posting("Content-Length: 4\r\n\r\n\u00c3\u00a9\u00c3x"); // one byte for each char
        client.readHead();
        assertThat(client.readEvent().data()).isEqualTo("\u00e9\ufffdx");
    }

    @Test
    void aRequestWithoutABodyHasAnEmptyOne() throws Exception {
        SseServer server = serve(
                request -> SseReply.stream(PublisherStreamTest.at(request.bodyText() + "." + request.body().length)));
        RawSseClient client = client(server);
        client.get("/events");
        assertThat(client.readEvent().data()).isEqualTo(".0");
    }

    @Test
    void aBodyOfTheLimitIsRead() throws Exception {
        RawSseClient client = posting("Content-Length: 16\r\n\r\n0123456789abcdef");
        client.readHead();
        assertThat(client.readEvent().data()).isEqualTo("0123456789abcdef");
    }

    @Test
    void aBodyOverTheLimitIsRefusedAndEndsTheConnection() throws Exception {
        RawSseClient client = posting("Content-Length: 17\r\n\r\n0123456789abcdefg");
        RawSseClient.Head head = client.readHead();
        assertThat(head.status()).isEqualTo(413);
        assertThat(head.header("Connection")).isEqualTo("close");
        assertThat(body(client, head)).isEqualTo("body: over 16 bytes\n");
    }

    @Test
    void aBodyInChunksOverTheLimitIsRefused() throws Exception {
        RawSseClient client =
                posting("Transfer-Encoding: chunked\r\n\r\n10\r\n0123456789abcdef\r\n1\r\ng\r\n0\r\n\r\n");
        assertThat(client.readHead().status()).isEqualTo(413);
    }

    @Test
    void aBodyInBrokenChunksIsNotAWholeOne() throws Exception {
        RawSseClient client = posting("Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\nxyz\r\n");
        RawSseClient.Head head = client.readHead();
        assertThat(head.status()).isEqualTo(400);
        assertThat(head.header("Connection")).isEqualTo("close");
    }

    @Test
    void aClientThatWaitsToSendItsBodyIsToldTo() throws Exception {
        RawSseClient client = posting("Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        assertThat(client.readHead().statusLine()).isEqualTo("HTTP/1.1 100 Continue");
        client.send("hello");
        assertThat(client.readHead().status()).isEqualTo(200);
        assertThat(client.readEvent().data()).isEqualTo("hello");
    }

    @Test
    void aClientThatWaitsToSendTooMuchIsRefusedAtOnce() throws Exception {
        RawSseClient client = posting("Expect: 100-continue\r\nContent-Length: 17\r\n\r\n");
        assertThat(client.readHead().status()).isEqualTo(413);
    }

    @Test
    void theWordToSendWaitsForTheResponsesBefore() {
        Behind behind = Behind.answeringLater();
        EmbeddedChannel channel = channel(
                new HttpServerCodec(),
                SseHandler.builder()
                        .endpoint("POST", "/events", RequestBodyTest::echo)
                        .build(),
                behind);
        send(
                channel,
                get("/other")
                        + "POST /events HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
        assertThat(sent(channel)).isEmpty();
        behind.answer(channel.pipeline().context(behind));
        assertThat(sent(channel)).containsSubsequence("</other >", "HTTP/1.1 100 Continue\r\n\r\n");
        send(channel, "hi");
        assertThat(sent(channel)).containsSubsequence("HTTP/1.1 200 OK", "data: hi\n\n");
        channel.close();
        assertThat(channel.finish()).isFalse();
    }

    @Test
    void aClientThatSendsTooMuchBehindAnotherRequestSeesBothAnswers() throws Exception {
        CompletableFuture<ChannelHandlerContext> asked = new CompletableFuture<>();
        SseServer server =
                start(local().limits(Limits.builder().bodyBytes(LIMIT).build())
                        .requests(pipeline -> pipeline.addLast(new SimpleChannelInboundHandler<HttpRequest>() {
                            @Override
                            protected void channelRead0(ChannelHandlerContext ctx, HttpRequest request) {
                                asked.complete(ctx);
                            }
                        }))
                        .endpoint("POST", "/events", RequestBodyTest::echo));
        RawSseClient client = client(server);
        String part = "x".repeat(1 << 20);
        client.send("GET /other HTTP/1.1\r\nHost: h\r\n\r\n"
                + "POST /events HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                + ("11\r\n" + "x".repeat(LIMIT + 1) + "\r\n").repeat(4)
                + Integer.toHexString(PARTS * part.length()) + "\r\n");
        ChannelHandlerContext other = asked.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        other.executor()
                .execute(
                        () -> { // after what came in the same packet
                            FullHttpResponse response =
                                    new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
                            response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, 0);
                            other.writeAndFlush(response);
                        });
        for (int i = 0; i < PARTS; i++) {
            client.send(part); // fails where the server does not read on and closes its socket
        }
        assertThat(client.readHead().status()).isEqualTo(200);
        assertThat(client.readHead().status()).isEqualTo(413);
    }
}

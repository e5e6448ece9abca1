package dev.freshet.netty;

import static dev.freshet.netty.Pipelines.channel;
import static dev.freshet.netty.Pipelines.closed;
import static dev.freshet.netty.Pipelines.send;
import static dev.freshet.netty.Pipelines.sent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An endpoint judges a request's head before its body is read.
 * Covers {@link RequestHandler} and {@link RequestPhase}.
 */
class RequestEndpointCallTest extends ServerFixture {
    private static final String CHUNKED = "POST /events HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String FIVE_BYTES = "POST /events HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n";

    /** Judges by a function, and answers what it was given. */
    record Judged(Function<SseRequest, @Nullable SseReply> head) implements SseEndpoint {
        @Override
        public SseReply handle(SseRequest request) {
            return SseReply.refuse(409, request.bodyText());
        }

        @Override
        public @Nullable SseReply head(SseRequest request) {
            return head.apply(request);
        }
    }

    private SseServer judging(Function<SseRequest, @Nullable SseReply> head) {
        SseEndpoint endpoint = new Judged(head);
        return start(local().endpoint("POST", "/events", endpoint).endpoint("/events", endpoint));
    }

    static void assertAnswered(RawSseClient client, int status, String body) throws IOException {
        RawSseClient.Head head = client.readHead();
        assertThat(head.status()).isEqualTo(status);
        assertThat(body(client, head)).isEqualTo(body + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {CHUNKED, FIVE_BYTES + "\r\n"})
    void aTokenIsRefusedBeforeTheBodyHasCome(String head) throws Exception {
        RawSseClient client = sending(judging(request -> SseReply.refuse(401, "no")), head);
        assertAnswered(client, 401, "no");
    }

    @Test
    void theHeadIsJudgedWithoutItsBodyAndHandledWithIt() throws Exception {
        CompletableFuture<Integer> seen = new CompletableFuture<>();
        SseServer server = judging(request -> {
            seen.complete(request.body().length);
            return null;
        });
        RawSseClient client = sending(server, FIVE_BYTES + "\r\nhello");
        assertAnswered(client, 409, "hello");
        assertThat(seen).isCompletedWithValue(0);
    }

    @Test
    void whoWaitsToSendABodyIsNotToldToWhereTheHeadIsRefused() throws Exception {
        RawSseClient client =
                sending(judging(request -> SseReply.refuse(401, "no")), FIVE_BYTES + "Expect: 100-continue\r\n\r\n");
        RawSseClient.Head head = client.readHead();
        assertThat(head.status()).isEqualTo(401);
        assertThat(head.header("Connection")).as("it may send the body or not").isEqualTo("close");
    }

    @Test
    void whoWaitsToSendABodyIsToldToOnceTheHeadIsAccepted() {
        CompletableFuture<@Nullable SseReply> later = new CompletableFuture<>();
        EmbeddedChannel channel = embedded(new Judged(request -> when(later)));
        send(channel, FIVE_BYTES + "Expect: 100-continue\r\n\r\n");
        assertThat(sent(channel)).isEmpty();
        later.complete(null);
        assertThat(sent(channel)).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
        send(channel, "hello");
        assertThat(sent(channel)).startsWith("HTTP/1.1 409 ").endsWith("hello\n");
        closed(channel);
    }

    @SuppressWarnings("NullAway") // a stage that completes with null accepts
    static SseReply when(CompletionStage<@Nullable SseReply> stage) {
        return SseReply.when(stage);
    }

    static EmbeddedChannel embedded(SseEndpoint endpoint) {
        return channel(
                new HttpServerCodec(),
                SseHandler.builder().endpoint("POST", "/events", endpoint).build(),
                Pipelines.Behind.answeringAtOnce());
    }

    @Test
    void theRestOfARefusedBodyIsSkippedWhereItHasALength() throws Exception {
        RawSseClient client = sending(judging(request -> SseReply.refuse(401, request.path())), FIVE_BYTES + "\r\nhe");
        assertAnswered(client, 401, "/events");
        client.send("llo" + "GET /events HTTP/1.1\r\nHost: h\r\n\r\n");
        assertAnswered(client, 401, "/events");
    }

    @Test
    void theConnectionEndsBehindARefusedBodyOfUnknownLength() throws Exception {
        RawSseClient client = sending(judging(request -> SseReply.refuse(401, "no")), CHUNKED + "2\r\nhe\r\n");
        RawSseClient.Head head = client.readHead();
        assertThat(head.header("Connection")).isEqualTo("close");
        client.send("3\r\nllo\r\n0\r\n\r\n"); // which is dropped, or the refusal would be lost
        assertThat(rest(client)).isEqualTo("no\n");
    }

    @Test
    void whoIsToComeLaterIsToldBeforeTheBodyHasCome() throws Exception {
        RawSseClient client = sending(judging(request -> SseReply.retryLater(Duration.ofSeconds(3))), CHUNKED);
        RawSseClient.Head head = client.readHead();
        assertThat(head.status()).isEqualTo(503);
        assertThat(head.header("Retry-After")).isEqualTo("3");
    }

    @Test
    void anotherReplyIsGivenOnceTheBodyHasComeWhichIsDropped() throws Exception {
        SseServer server = judging(request -> SseReply.stream(PublisherStreamTest.at("early")));
        RawSseClient client = sending(server, FIVE_BYTES + "\r\nhello" + "GET /none HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(client.readHead().status()).isEqualTo(200);
        assertThat(client.readEvent().data()).isEqualTo("early");
        assertThat(client.tryReadEvent()).isNull();
        assertThat(client.readHead().status()).isEqualTo(404);
    }

    @Test
    void aHeadThatCannotBeJudgedIsRefusedWith500() throws Exception {
        RawSseClient client = sending(
                judging(request -> {
                    throw new IllegalStateException("broken");
                }),
                FIVE_BYTES + "\r\n");
        assertAnswered(client, 500, "the endpoint failed");
    }

    @Test
    void anotherMethodIsRefusedBeforeTheBodyHasCome() throws Exception {
        RawSseClient client =
                sending(judging(request -> null), "PUT /events HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n");
        assertThat(client.readHead().status()).isEqualTo(405);
    }

    @Test
    void aBodyThatNobodyReadsIsNotKept() throws Exception {
        RawSseClient client =
                sending(judging(request -> null), "GET /events HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello");
        assertAnswered(client, 409, "Conflict");
    }

    @Test
    void aRequestInTheBodyOfAnotherEndsTheConnection() {
        EmbeddedChannel channel = embedded(new Judged(request -> null));
        channel.pipeline().addAfter(channel.pipeline().firstContext().name(), null, new EndDropper());
        send(channel, FIVE_BYTES + "\r\nhello" + FIVE_BYTES + "\r\nworld");
        assertThat(sent(channel))
                .as("the second is not answered in the place of the first")
                .isEmpty();
        assertThat(channel.isOpen()).isFalse();
        closed(channel);
    }

    /** A handler of an application that drops the end of each body. */
    private static final class EndDropper extends SimpleChannelInboundHandler<LastHttpContent> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, LastHttpContent end) {
            // dropped
        }
    }
}

package dev.freshet.netty;

import static dev.freshet.netty.Pipelines.channel;
import static dev.freshet.netty.Pipelines.get;
import static dev.freshet.netty.Pipelines.send;
import static dev.freshet.netty.Pipelines.sent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpServerCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What may wait behind a request that is not answered. */
class RequestBacklogTest extends BoundedRequestsFixture {
    @Test
    void whatIsPipelinedBehindAnAnswerIsRefusedInItsTurn() {
        CompletableFuture<SseReply> later = new CompletableFuture<>();
        SseHandler handler = SseHandler.builder()
                .limits(limits().incompleteBytesPerConnection(10_000).build())
                .endpoint("/later", request -> SseReply.when(later))
                .build();
        EmbeddedChannel channel = channel(
                new HttpServerCodec(), handler, new RequestGuard(handler.engine(), RequestGuard.Pipeline.SERVER));
        send(channel, get("/later").repeat(100));
        assertThat(sent(channel)).isEmpty();
        later.complete(SseReply.refuse(403));
        String answers = sent(channel);
        assertThat(answers.split("HTTP/1.1 403 ", -1)).hasSizeBetween(5, 30);
        assertThat(answers).containsOnlyOnce("HTTP/1.1 431 ").endsWith(IncomingOverBudgetException.REASON + "\n");
        channel.close();
        assertThat(channel.finish()).isFalse();
    }

    @Test
    void trailersThatWaitCountForMoreThanTheirText() {
        CompletableFuture<SseReply> later = new CompletableFuture<>();
        SseHandler handler = SseHandler.builder()
                .limits(limits().incompleteBytesPerConnection(10_000).build())
                .endpoint("/later", request -> SseReply.when(later))
                .endpoint("POST", "/take", request -> SseReply.refuse(409))
                .build();
        EmbeddedChannel channel = channel(
                new HttpServerCodec(), handler, new RequestGuard(handler.engine(), RequestGuard.Pipeline.SERVER));
        send(channel, get("/later") + POST + "Transfer-Encoding: chunked\r\n\r\n0\r\n" + "a:\r\n".repeat(100) + "\r\n");
        later.complete(SseReply.refuse(403));
        assertThat(sent(channel))
                .startsWith("HTTP/1.1 403 ")
                .contains("HTTP/1.1 413 ")
                .doesNotContain("HTTP/1.1 409 ");
        channel.close();
        assertThat(channel.finish()).isFalse();
    }

    @Test
    void aWholeRequestIsAnsweredThoughOthersTakeTheRoomOfWhatWaitsBehindIt() throws Exception {
        CompletableFuture<SseReply> later = new CompletableFuture<>();
        Semaphore asked = new Semaphore(0);
        SseServer server = start(taking(limits().incompleteBytes(20_000)).endpoint("/later", request -> {
            asked.release();
            return SseReply.when(later);
        }));
        String behind = "GET /later HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(8_000) + "\r\n\r\n";
        RawSseClient client = sending(server, get("/later") + behind);
        assertThat(asked.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        RawSseClient other = sending(server, POST + "Content-Length: 12000\r\n\r\n" + "x".repeat(12_000));
        assertThat(other.readHead().status()).isEqualTo(409);
        later.complete(SseReply.refuse(403));
        RawSseClient.Head first = client.readHead();
        assertThat(first.status()).isEqualTo(403);
        body(client, first);
        assertRefused(client, 431);
    }

    @Test
    void theFieldsOfWholeRequestsDoNotAddUpInOneRead() {
        EmbeddedChannel channel = Pipelines.served(SseHandler.builder()
                .limits(limits().incompleteBytesPerConnection(4_000).build())
                .endpoint("POST", "/take", request -> SseReply.refuse(409)));
        send(channel, (POST + "Content-Length: 0\r\n" + "a:\r\n".repeat(10) + "\r\n").repeat(10));
        assertThat(sent(channel).split("HTTP/1.1 409 ", -1)).hasSize(11);
        channel.finishAndReleaseAll();
    }

    @Test
    void theFieldsOfARequestMayBeChangedWhileTheNextOneComes() {
        List<HttpRequest> seen = new ArrayList<>();
        EmbeddedChannel channel = Pipelines.served(
                SseHandler.builder()
                        .limits(limits().incompleteBytesPerConnection(4_000).build()),
                new SimpleChannelInboundHandler<HttpRequest>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext ctx, HttpRequest request) {
                        seen.add(request);
                    }
                });
        send(channel, get("/page") + "GET /page HTTP/1.1\r\nHost: h\r\nX: ");
        for (int i = 0; i < 100; i++) {
            seen.get(0).headers().add("a" + i, "b");
        }
        assertThat(channel.isActive()).isTrue();
        channel.finishAndReleaseAll();
    }

    @Test
    void theDoorEndsWhereTheRestOfARefusedBodyCannotBeDecoded() {
        EmbeddedChannel channel = Pipelines.served(SseHandler.builder()
                .endpoint("POST", "/take", new RequestEndpointCallTest.Judged(request -> SseReply.refuse(401))));
        send(channel, POST + "Content-Length: 10\r\n\r\nhi");
        assertThat(sent(channel)).startsWith("HTTP/1.1 401 ");
        assertThat(channel.isActive()).isTrue();
        channel.pipeline().context(HttpServerCodec.class).fireChannelRead(IncomingOverBudgetException.inPlaceOf(false));
        assertThat(channel.isActive()).isFalse();
        channel.finishAndReleaseAll();
    }

    @Test
    void aWholeRequestForWhichThereIsNoRoomIsRefusedByTheDoor() {
        CompletableFuture<SseReply> later = new CompletableFuture<>();
        SseHandler handler = SseHandler.builder()
                .limits(limits().incompleteBytesPerConnection(4_000).build())
                .endpoint("POST", "/take", new RequestEndpointCallTest.Judged(request -> SseReply.when(later)))
                .build();
        EmbeddedChannel channel = channel(
                new HttpServerCodec(), new HttpObjectAggregator(1 << 20), handler, Pipelines.Behind.answeringAtOnce());
        send(channel, POST + "Content-Length: 9000\r\n\r\n" + "x".repeat(9_000));
        later.complete(null);
        assertThat(sent(channel)).startsWith("HTTP/1.1 413 ").endsWith(IncomingOverBudgetException.REASON + "\n");
        channel.close();
        assertThat(channel.finish()).isFalse();
    }
}

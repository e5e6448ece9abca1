package dev.freshet.netty;

import static dev.freshet.netty.Pipelines.channel;
import static dev.freshet.netty.Pipelines.chunk;
import static dev.freshet.netty.Pipelines.closed;
import static dev.freshet.netty.Pipelines.event;
import static dev.freshet.netty.Pipelines.get;
import static dev.freshet.netty.Pipelines.send;
import static dev.freshet.netty.Pipelines.sent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.hub.SseHub;
import dev.freshet.netty.Pipelines.Behind;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContentCompressor;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@link SseHandler} among the handlers of somebody else's pipeline. */
class SseHandlerPipelineTest {

    private final SseHub hub = SseHub.create();
    private final SseHandler handler = SseHandler.builder()
            .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
            .endpoint("/no", request -> SseReply.refuse(403))
            .build();

    @AfterEach
    void closeHub() {
        hub.close();
    }

    @Test
    void aRequestThatIsNoEndpointsPassesWithoutAnAggregator() {
        EmbeddedChannel channel = channel(new HttpServerCodec(), handler, Behind.answeringAtOnce());
        send(channel, "POST /other HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello");
        assertThat(sent(channel)).startsWith("HTTP/1.1 200 OK").endsWith("</other hello>");
        closed(channel);
    }

    @Test
    void aRequestThatIsNoEndpointsPassesWithAnAggregatorBefore() {
        EmbeddedChannel channel =
                channel(new HttpServerCodec(), new HttpObjectAggregator(1024), handler, Behind.answeringAtOnce());
        send(channel, "POST /other HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello");
        assertThat(sent(channel)).startsWith("HTTP/1.1 200 OK").endsWith("</other hello>");
        closed(channel);
    }

    @Test
    void aRequestThatIsNoEndpointsPassesWithAnAggregatorBehind() {
        EmbeddedChannel channel =
                channel(new HttpServerCodec(), handler, new HttpObjectAggregator(1024), Behind.answeringAtOnce());
        send(channel, "POST /other HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello");
        assertThat(sent(channel)).startsWith("HTTP/1.1 200 OK").endsWith("</other hello>");
        closed(channel);
    }

    @Test
    void anAggregatorBehindMayAnswerExpectContinue() {
        EmbeddedChannel channel =
                channel(new HttpServerCodec(), handler, new HttpObjectAggregator(1024), Behind.answeringAtOnce());
        send(channel, "POST /other HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        assertThat(sent(channel)).startsWith("HTTP/1.1 100 Continue");
        send(channel, "hello" + get("/events"));
        assertThat(sent(channel)).startsWith("HTTP/1.1 200 OK").containsSubsequence("</other hello>", "SSE-Resume");
        closed(channel);
    }

    @Test
    void aStreamBeginsWithAnAggregatorBefore() {
        EmbeddedChannel channel = channel(new HttpServerCodec(), new HttpObjectAggregator(1024), handler);
        send(channel, get("/events"));
        assertThat(sent(channel)).contains("SSE-Resume: fresh\r\n");
        closed(channel);
    }

    @Test
    void aStreamBeginsWithAnAggregatorBehind() {
        EmbeddedChannel channel = channel(new HttpServerCodec(), handler, new HttpObjectAggregator(1024));
        send(channel, get("/events"));
        assertThat(sent(channel)).contains("SSE-Resume: fresh\r\n");
        closed(channel);
    }

    @Test
    void aPublishedEventIsWritten() {
        EmbeddedChannel channel = channel(new HttpServerCodec(), handler);
        send(channel, get("/events"));
        sent(channel);
        var id = hub.publish("t", event("hello")).toCompletableFuture().join();
        assertThat(sent(channel)).isEqualTo(chunk("data: hello\nid: " + id + "\n\n"));
        closed(channel);
    }

    @Test
    void theHeadComesAfterTheResponsesToEarlierRequests() {
        Behind behind = Behind.answeringLater();
        EmbeddedChannel channel = channel(new HttpServerCodec(), handler, behind);
        send(channel, get("/a") + get("/b") + get("/events"));
        assertThat(sent(channel)).isEmpty();
        assertThat(behind.waiting()).isEqualTo(2);
        behind.answer(channel.pipeline().context(behind));
        assertThat(sent(channel)).endsWith("</a >");
        behind.answer(channel.pipeline().context(behind));
        assertThat(sent(channel)).containsSubsequence("</b >", "SSE-Resume: fresh");
        closed(channel);
    }

    @Test
    void aRefusalComesAfterTheResponsesToEarlierRequests() {
        Behind behind = Behind.answeringLater();
        EmbeddedChannel channel = channel(new HttpServerCodec(), handler, behind);
        send(channel, get("/a") + get("/no"));
        assertThat(sent(channel)).isEmpty();
        behind.answer(channel.pipeline().context(behind));
        assertThat(sent(channel)).containsSubsequence("</a >", "HTTP/1.1 403 Forbidden");
        closed(channel);
    }

    @Test
    void aRequestBehindARefusalThatIsStillToComeWaits() {
        CompletableFuture<SseReply> later = new CompletableFuture<>();
        SseHandler slow = SseHandler.builder()
                .endpoint("/later", request -> SseReply.when(later))
                .build();
        EmbeddedChannel channel = channel(new HttpServerCodec(), slow, Behind.answeringAtOnce());
        send(channel, get("/later") + get("/a"));
        assertThat(sent(channel)).isEmpty();
        later.complete(SseReply.refuse(403));
        assertThat(sent(channel)).containsSubsequence("HTTP/1.1 403 Forbidden", "</a >");
        closed(channel);
    }

    @Test
    void requestsWaitingBehindAnAnswerToComeAreReleasedWhenTheClientGoes() {
        SseHandler never = SseHandler.builder()
                .endpoint("/never", request -> SseReply.when(new CompletableFuture<>()))
                .build();
        EmbeddedChannel channel = channel(new HttpServerCodec(), never, Behind.answeringAtOnce());
        send(channel, get("/never") + "POST /a HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello");
        closed(channel);
    }

    @Test
    void aStreamMayFollowOtherRequestsOnTheConnection() {
        EmbeddedChannel channel = channel(new HttpServerCodec(), handler, Behind.answeringAtOnce());
        send(channel, get("/a"));
        assertThat(sent(channel)).endsWith("</a >");
        send(channel, get("/no"));
        assertThat(sent(channel)).startsWith("HTTP/1.1 403 Forbidden");
        send(channel, get("/events"));
        assertThat(sent(channel)).startsWith("HTTP/1.1 200 OK").contains("SSE-Resume: fresh");
        closed(channel);
    }

    @Test
    void aCompressorBeforeDoesNotTouchTheStream() {
        EmbeddedChannel channel = channel(new HttpServerCodec(), new HttpContentCompressor(0), handler);
        send(channel, get("/events", "Accept-Encoding: gzip"));
        assertThat(sent(channel)).doesNotContainIgnoringCase("content-encoding").contains("{\"resume\":\"fresh\"}");
        var id = hub.publish("t", event("plain")).toCompletableFuture().join();
        assertThat(sent(channel)).isEqualTo(chunk("data: plain\nid: " + id + "\n\n"));
        closed(channel);
    }

    @Test
    void aCompressorBehindDoesNotTouchTheStream() {
        EmbeddedChannel channel = channel(new HttpServerCodec(), handler, new HttpContentCompressor(0));
        send(channel, get("/events", "Accept-Encoding: gzip"));
        assertThat(sent(channel)).doesNotContainIgnoringCase("content-encoding").contains("{\"resume\":\"fresh\"}");
        closed(channel);
    }

    @Test
    void aCompressorStillCompressesWhatIsNoStream() {
        EmbeddedChannel channel =
                channel(new HttpServerCodec(), new HttpContentCompressor(0), handler, Behind.answeringAtOnce());
        send(channel, get("/a", "Accept-Encoding: gzip"));
        assertThat(sent(channel)).containsIgnoringCase("content-encoding: gzip");
        closed(channel);
    }

    @Test
    void aKeepAliveHandlerBeforeLetsTheStreamLive() {
        EmbeddedChannel channel = channel(new HttpServerCodec(), new HttpServerKeepAliveHandler(), handler);
        send(channel, get("/events"));
        assertThat(sent(channel)).contains("{\"resume\":\"fresh\"}");
        assertThat(channel.isOpen()).isTrue();
        closed(channel);
    }

    @Test
    void onlyTheStreamAndWhatStoodBeforeTheCodecIsLeft() {
        ChannelInboundHandlerAdapter before = new ChannelInboundHandlerAdapter();
        EmbeddedChannel channel = channel(
                before,
                new HttpServerCodec(),
                new HttpObjectAggregator(1024),
                handler,
                new HttpContentCompressor(),
                Behind.answeringAtOnce());
        send(channel, get("/events"));
        sent(channel);
        assertThat(channel.pipeline().toMap().values()).hasSize(2).first().isSameAs(before);
        assertThat(channel.pipeline().get(HubStream.class)).isNotNull();
        closed(channel);
    }

    @Test
    void aReadTimeoutBeforeTheCodecDoesNotEndTheStream() {
        EmbeddedChannel channel = channel(new ReadTimeoutHandler(30, TimeUnit.SECONDS), new HttpServerCodec(), handler);
        channel.freezeTime();
        send(channel, get("/events"));
        channel.advanceTimeBy(60, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isOpen()).isTrue();
        sent(channel);
        closed(channel);
    }

    @Test
    void whatTheClientSendsOnAStreamIsDropped() {
        EmbeddedChannel channel = channel(new HttpServerCodec(), handler, Behind.answeringAtOnce());
        send(channel, get("/events"));
        sent(channel);
        send(channel, get("/a"));
        assertThat(sent(channel)).isEmpty();
        assertThat(channel.isOpen()).isTrue();
        closed(channel);
    }

    @Test
    void whatTheClientPipelinesBehindAStreamIsDropped() {
        EmbeddedChannel channel = channel(new HttpServerCodec(), handler, Behind.answeringAtOnce());
        send(channel, get("/events") + get("/a"));
        assertThat(sent(channel)).contains("{\"resume\":\"fresh\"}").doesNotContain("</a");
        assertThat(channel.isOpen()).isTrue();
        closed(channel);
    }

    @Test
    void aFloodFromTheClientEndsTheStream() {
        EmbeddedChannel channel = channel(new HttpServerCodec(), handler);
        send(channel, get("/events"));
        sent(channel);
        send(channel, "x".repeat((64 << 10) + 1));
        assertThat(channel.isOpen()).isFalse();
        closed(channel);
    }

    @Test
    void aHandlerWithAnExecutorOfItsOwnIsRefused() throws Exception {
        DefaultEventLoop own = new DefaultEventLoop();
        CompletableFuture<Throwable> refusal = new CompletableFuture<>();
        EmbeddedChannel channel = channel(new HttpServerCodec(), new ChannelInboundHandlerAdapter() {
            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                refusal.complete(cause);
            }
        });
        channel.pipeline().addBefore(own, channel.pipeline().lastContext().name(), "sse", handler);
        assertThat(refusal.get(10, TimeUnit.SECONDS))
                .rootCause()
                .hasMessage("SseHandler: added with an executor of its own (expected: the channel's event loop)");
        assertThat(channel.pipeline().get("sse")).isNull();
        closed(channel);
        own.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }
}

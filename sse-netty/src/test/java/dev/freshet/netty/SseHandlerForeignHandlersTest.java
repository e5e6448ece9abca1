package dev.freshet.netty;

import static dev.freshet.netty.Pipelines.channel;
import static dev.freshet.netty.Pipelines.chunk;
import static dev.freshet.netty.Pipelines.event;
import static dev.freshet.netty.Pipelines.get;
import static dev.freshet.netty.Pipelines.send;
import static dev.freshet.netty.Pipelines.sent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.hub.SseHub;
import dev.freshet.netty.Pipelines.Behind;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContentCompressor;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerExpectContinueHandler;
import io.netty.handler.codec.http.cors.CorsConfigBuilder;
import io.netty.handler.codec.http.cors.CorsHandler;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.handler.timeout.WriteTimeoutHandler;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@link SseHandler} beside each of the handlers that Netty brings for a server. */
class SseHandlerForeignHandlersTest {
    private final SseHub hub = SseHub.create();
    private final SseHandler handler = SseHandler.builder()
            .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
            .endpoint("POST", "/events", request -> SseReply.subscribe(hub, "t"))
            .build();

    @AfterEach
    void closeHub() {
        hub.close();
    }

    private void assertStreams(EmbeddedChannel channel, String request) {
        send(channel, request);
        assertThat(sent(channel)).contains("HTTP/1.1 200 OK", "SSE-Resume: fresh\r\n", "{\"resume\":\"fresh\"}");
        assertDelivers(channel, "a");
        assertDelivers(channel, "b");
        channel.close();
        assertThat(channel.finish()).isFalse();
    }

    private void assertDelivers(EmbeddedChannel channel, String data) {
        var id = hub.publish("t", event(data)).toCompletableFuture().join();
        assertThat(sent(channel)).isEqualTo(chunk("data: " + data + "\nid: " + id + "\n\n"));
    }

    @Test
    void aDecoderAndAnEncoderServeAsACodec() {
        assertStreams(channel(new HttpRequestDecoder(), new HttpResponseEncoder(), handler), get("/events"));
    }

    @Test
    void idleTimeoutsBeforeAndBehindTheCodecLeave() {
        EmbeddedChannel channel = channel(
                new IdleStateHandler(1, 1, 1),
                new ReadTimeoutHandler(1),
                new HttpServerCodec(),
                new IdleStateHandler(1, 1, 1),
                new ReadTimeoutHandler(1),
                handler);
        channel.freezeTime();
        send(channel, get("/events"));
        channel.advanceTimeBy(10, TimeUnit.SECONDS);
        assertThat(sent(channel)).contains("{\"resume\":\"fresh\"}");
        assertThat(channel.pipeline().get(IdleStateHandler.class)).isNull();
        assertDelivers(channel, "a");
        channel.close();
        assertThat(channel.finish()).isFalse();
    }

    @Test
    void aWriteTimeoutBeforeTheCodecStays() {
        EmbeddedChannel channel = channel(new WriteTimeoutHandler(10), new HttpServerCodec(), handler);
        send(channel, get("/events"));
        assertThat(sent(channel)).contains("{\"resume\":\"fresh\"}");
        assertThat(channel.pipeline().get(WriteTimeoutHandler.class)).isNotNull();
        assertDelivers(channel, "a");
        channel.close();
        assertThat(channel.finish()).isFalse();
    }

    @Test
    void aCorsHandlerBeforeMarksTheHead() {
        CorsHandler cors = new CorsHandler(CorsConfigBuilder.forOrigin("https://a.example")
                .allowCredentials()
                .build());
        EmbeddedChannel channel = channel(new HttpServerCodec(), cors, handler);
        send(channel, get("/events", "Origin: https://a.example"));
        assertThat(sent(channel))
                .containsIgnoringCase("access-control-allow-origin: https://a.example\r\n")
                .contains("{\"resume\":\"fresh\"}");
        assertDelivers(channel, "a");
        channel.close();
        assertThat(channel.finish()).isFalse();
    }

    /** Counts what has been written through it. */
    private static final class ServerListening extends ChannelOutboundHandlerAdapter {
        int written;

        @Override
        public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
            ctx.write(msg, promise.addListener(done -> written++));
        }
    }

    @Test
    void aHandlerBehindTheCodecMayListenToTheWriteOfTheHead() {
        ServerListening listening = new ServerListening();
        assertStreams(channel(new HttpServerCodec(), listening, handler), get("/events"));
        assertThat(listening.written).isEqualTo(1);
    }

    @Test
    void aHandlerBehindTheCodecMayListenToTheWriteOfTheAnswerToHead() {
        ServerListening listening = new ServerListening();
        EmbeddedChannel channel = channel(new HttpServerCodec(), listening, handler);
        send(channel, get("/events").replace("GET", "HEAD"));
        assertThat(sent(channel)).startsWith("HTTP/1.1 200 OK");
        assertThat(listening.written).isEqualTo(2);
        assertThat(channel.finish()).isFalse();
    }

    @Test
    void aChunkedWriterBeforeAndBehindLeaves() {
        assertStreams(channel(new HttpServerCodec(), new ChunkedWriteHandler(), handler), get("/events"));
        assertStreams(channel(new HttpServerCodec(), handler, new ChunkedWriteHandler()), get("/events"));
    }

    @Test
    void consolidatedFlushesReachTheSocket() {
        assertStreams(
                channel(new FlushConsolidationHandler(256, true), new HttpServerCodec(), handler), get("/events"));
        assertStreams(
                channel(new HttpServerCodec(), new FlushConsolidationHandler(256, true), handler), get("/events"));
    }

    @Test
    void allOfThemTogetherServeManyRequestsAndThenAStream() {
        EmbeddedChannel channel = channel(
                new FlushConsolidationHandler(),
                new IdleStateHandler(60, 60, 60),
                new HttpServerCodec(),
                new HttpContentCompressor(0),
                new HttpServerExpectContinueHandler(),
                new HttpObjectAggregator(1024),
                new CorsHandler(CorsConfigBuilder.forAnyOrigin().build()),
                new ChunkedWriteHandler(),
                handler,
                Behind.answeringAtOnce());
        for (int i = 0; i < 3; i++) {
            send(channel, get("/a" + i) + "POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi");
            assertThat(sent(channel)).containsSubsequence("</a" + i + " >", "</b hi>");
        }
        assertStreams(channel, get("/events", "Accept-Encoding: gzip", "Origin: https://a.example"));
    }

    @Test
    void aRequestWithABodyBeginsAStreamWithAndWithoutAnAggregator() {
        String request = "POST /events HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello";
        assertStreams(channel(new HttpServerCodec(), handler), request);
        assertStreams(channel(new HttpServerCodec(), new HttpObjectAggregator(1024), handler), request);
        assertStreams(channel(new HttpServerCodec(), handler, new HttpObjectAggregator(1024)), request);
        assertStreams(
                channel(new HttpServerCodec(), handler),
                "POST /events HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
    }

    @Test
    void aStreamPipelinedBehindARequestWithABodyBeginsAfterIt() {
        EmbeddedChannel channel = channel(new HttpServerCodec(), handler, Behind.answeringAtOnce());
        send(channel, "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello" + get("/events"));
        assertThat(sent(channel)).containsSubsequence("</a hello>", "SSE-Resume: fresh");
        assertDelivers(channel, "a");
        channel.close();
        assertThat(channel.finish()).isFalse();
    }
}

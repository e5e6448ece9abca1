package dev.freshet.netty;

import static dev.freshet.netty.Pipelines.channel;
import static dev.freshet.netty.Pipelines.chunk;
import static dev.freshet.netty.Pipelines.event;
import static dev.freshet.netty.Pipelines.get;
import static dev.freshet.netty.Pipelines.send;
import static dev.freshet.netty.Pipelines.sent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.hub.SseHub;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpChunkedInput;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.stream.ChunkedStream;
import io.netty.handler.stream.ChunkedWriteHandler;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Streams behind pages that an application sends in chunks. */
class ResponseOrderBehindPageTest {
    private final SseHub hub = SseHub.create();
    private final SseHandler handler = SseHandler.builder()
            .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
            .build();

    @AfterEach
    void closeHub() {
        hub.close();
    }

    private static void closed(EmbeddedChannel channel) {
        channel.close();
        assertThat(channel.finish()).isFalse();
    }

    /** Answers each request with a page in chunks. */
    private static final class Pages extends SimpleChannelInboundHandler<HttpObject> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, HttpObject msg) {
            if (!(msg instanceof HttpRequest)) {
                return;
            }
            HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
            HttpUtil.setTransferEncodingChunked(head, true);
            ctx.write(head);
            byte[] page = "<page>".getBytes(StandardCharsets.UTF_8);
            ctx.writeAndFlush(new HttpChunkedInput(new ChunkedStream(new ByteArrayInputStream(page), 4)));
        }
    }

    private void assertReceives(EmbeddedChannel channel, String data) {
        var id = hub.publish("t", event(data)).toCompletableFuture().join();
        assertThat(sent(channel)).isEqualTo(chunk("data: " + data + "\nid: " + id + "\n\n"));
    }

    @Test
    void aStreamMayFollowAPageInChunksOnTheConnection() {
        EmbeddedChannel channel = channel(new HttpServerCodec(), new ChunkedWriteHandler(), handler, new Pages());
        send(channel, get("/page"));
        assertThat(sent(channel)).startsWith("HTTP/1.1 200 OK").endsWith("0\r\n\r\n");
        send(channel, get("/events"));
        assertThat(sent(channel))
                .startsWith("HTTP/1.1 200 OK")
                .contains("SSE-Resume: fresh\r\n", "{\"resume\":\"fresh\"}");
        assertReceives(channel, "a");
        assertReceives(channel, "b");
        closed(channel);
    }

    @Test
    void aStreamPipelinedBehindAPageInChunksBeginsAfterIt() {
        EmbeddedChannel channel = channel(new HttpServerCodec(), new ChunkedWriteHandler(), handler, new Pages());
        send(channel, get("/page") + get("/events"));
        assertThat(sent(channel))
                .containsSubsequence("<pag", "e>", "0\r\n\r\n", "SSE-Resume: fresh\r\n", "{\"resume\":\"fresh\"}");
        assertReceives(channel, "a");
        closed(channel);
    }

    /** A page in chunks that cannot be read to its end. */
    private static final class BrokenPages extends SimpleChannelInboundHandler<HttpObject> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, HttpObject msg) {
            if (!(msg instanceof HttpRequest)) {
                return;
            }
            HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
            HttpUtil.setTransferEncodingChunked(head, true);
            ctx.write(head);
            InputStream broken = new SequenceInputStream(new ByteArrayInputStream(new byte[4]), new InputStream() {
                @Override
                public int read() throws IOException {
                    throw new IOException("by the test");
                }
            });
            ctx.writeAndFlush(new HttpChunkedInput(new ChunkedStream(broken, 4)));
        }
    }

    @Test
    void nothingIsAnsweredBehindAPageThatBreaksOff() {
        EmbeddedChannel channel = channel(new HttpServerCodec(), new ChunkedWriteHandler(), handler, new BrokenPages());
        send(channel, get("/page") + get("/events"));
        assertThat(sent(channel)).doesNotContain("fresh");
        assertThat(channel.isOpen()).isFalse();
        assertThat(channel.finish()).isFalse();
    }

    @Test
    void noEndpointIsAskedWhenAConnectionClosesInThePageBefore() {
        AtomicBoolean asked = new AtomicBoolean();
        SseHandler events = SseHandler.builder()
                .endpoint("/events", request -> {
                    asked.set(true);
                    return SseReply.subscribe(hub, "t");
                })
                .build();
        EmbeddedChannel channel = new EmbeddedChannel() {
            @Override
            protected void doWrite(ChannelOutboundBuffer out) {}
        };
        channel.pipeline().addLast(new HttpServerCodec(), new ChunkedWriteHandler(), events, new LargePages());
        send(channel, get("/page") + get("/events"));
        channel.close();
        assertThat(channel.finish()).isFalse();
        assertThat(asked).isFalse();
    }

    /** Answers each request with a large page in chunks, and its end as a message of its own. */
    private static final class LargePages extends SimpleChannelInboundHandler<HttpObject> {
        static final int BYTES = 1 << 20;

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, HttpObject msg) {
            if (!(msg instanceof HttpRequest)) {
                return;
            }
            HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
            HttpUtil.setContentLength(head, BYTES);
            ctx.write(head);
            ctx.write(new ChunkedStream(new ByteArrayInputStream(new byte[BYTES])));
            ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }

    @Test
    void aStreamPipelinedBehindAPageThatIsTakenLaterBeginsAfterAllOfIt() {
        AtomicBoolean taken = new AtomicBoolean();
        EmbeddedChannel channel = new EmbeddedChannel() {
            @Override
            protected void doWrite(ChannelOutboundBuffer out) throws Exception {
                if (taken.get()) {
                    super.doWrite(out);
                }
            }
        };
        channel.pipeline().addLast(new HttpServerCodec(), new ChunkedWriteHandler(), handler, new LargePages());
        send(channel, get("/page") + get("/events"));
        taken.set(true);
        channel.flush();
        String all = sent(channel);
        int page = all.indexOf("\r\n\r\n") + 4;
        assertThat(all.substring(page, page + LargePages.BYTES)).isEqualTo("\0".repeat(LargePages.BYTES));
        assertThat(all.substring(page + LargePages.BYTES))
                .startsWith("HTTP/1.1 200 OK")
                .contains("SSE-Resume: fresh");
        assertReceives(channel, "a");
        closed(channel);
    }
}

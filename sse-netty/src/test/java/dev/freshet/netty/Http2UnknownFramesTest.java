package dev.freshet.netty;

import static dev.freshet.netty.Pipelines.channel;
import static dev.freshet.netty.Pipelines.get;
import static dev.freshet.netty.Pipelines.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.netty.Http2Client.Stream;
import dev.freshet.netty.Pipelines.Behind;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http2.DefaultHttp2UnknownFrame;
import io.netty.handler.codec.http2.Http2Flags;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** Frames of types that nobody knows: they have no window, so what holds a stream back does not hold them. */
class Http2UnknownFramesTest extends ServerFixture {
    @Sharable
    private static final class Others extends ChannelInboundHandlerAdapter {
        final Queue<Object> seen = new ConcurrentLinkedQueue<>();

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            if (!(msg instanceof HttpObject)) {
                seen.add(msg.toString());
            }
            ctx.fireChannelRead(msg);
        }
    }

    @Test
    void theyReachNoHandler() throws Exception {
        Others others = new Others();
        SseServer server = start(local().requests(pipeline -> pipeline.addLast(others, Behind.answeringAtOnce())));
        try (Http2Client client = Http2Client.connect(server)) {
            Stream stream = client.request("POST", "/other", false);
            stream.sendUnknown(100);
            stream.send("body", true);
            assertThat(stream.body()).isEqualTo("</other body>");
        }
        assertThat(others.seen).isEmpty();
    }

    @Test
    void aStreamThatGetsThemEndsWithItsClient() throws Exception {
        HandPublisher publisher = new HandPublisher();
        SseServer server = serve(request -> SseReply.stream(publisher));
        try (Http2Client client = Http2Client.connect(server)) {
            Stream stream = client.follow("/events");
            for (int i = 0; i < 3; i++) {
                stream.sendUnknown(100);
            }
            assertThat(client.get("/other").status()).isEqualTo("404"); // so these have come
        }
        publisher.untilCancelled();
    }

    @Test
    void inAPipelineOfOnesOwnTheyPassAndAreNotKept() {
        SseHandler handler = SseHandler.builder()
                .endpoint("/later", request -> SseReply.when(new CompletableFuture<>()))
                .build();
        EmbeddedChannel channel = channel(new HttpServerCodec(), handler);
        send(channel, get("/later"));
        var frame = new DefaultHttp2UnknownFrame((byte) 0xEE, new Http2Flags());
        channel.writeInbound(frame);
        assertThat(channel.config().isAutoRead()).isTrue();
        assertThat(channel.<Object>readInbound()).isSameAs(frame);
        frame.release();
        channel.close();
        assertThat(channel.finish()).isFalse();
    }
}

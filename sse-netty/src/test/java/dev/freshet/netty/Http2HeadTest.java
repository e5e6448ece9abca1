package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.netty.Http2Client.Stream;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * What the application answers to HEAD over HTTP/2, as it does over HTTP/1.1: with a body, which is left out.
 * Covers {@link Http2RequestEnd}.
 */
class Http2HeadTest extends ServerFixture {
    private static FullHttpResponse full(HttpResponseStatus status, String body) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(body, StandardCharsets.UTF_8));
        response.headers().setInt("content-length", body.length());
        return response;
    }

    private Http2Headers assertHeadAlone(Consumer<ChannelHandlerContext> answer) throws Exception {
        SseServer server = start(local().requests(pipeline -> pipeline.addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object msg) {
                ReferenceCountUtil.release(msg);
                answer.accept(ctx);
                ctx.flush();
            }
        })));
        try (Http2Client client = Http2Client.connect(server)) {
            Stream stream = client.request("HEAD", "/stats", true);
            assertThat(stream.body()).isEmpty();
            assertThat(stream.end()).isEqualTo("END_STREAM");
            return stream.head();
        }
    }

    @Test
    void aWholeAnswerHasNoBody() throws Exception {
        Http2Headers head = assertHeadAlone(ctx -> ctx.write(full(HttpResponseStatus.OK, "body")));
        assertThat(head.get("content-length")).hasToString("4");
    }

    @Test
    void anAnswerInPartsHasNoBodyAndNoTrailers() throws Exception {
        assertHeadAlone(ctx -> {
            HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
            head.headers().setInt("content-length", 4);
            ctx.write(head);
            ctx.write(new DefaultHttpContent(Unpooled.copiedBuffer("body", StandardCharsets.UTF_8)));
            LastHttpContent last = new DefaultLastHttpContent();
            last.trailingHeaders().set("x", "y");
            ctx.write(last);
        });
    }

    @Test
    void anAnswerAfterAnInformationalOneHasNoBody() throws Exception {
        assertHeadAlone(ctx -> {
            ctx.write(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.EARLY_HINTS));
            ctx.write(full(HttpResponseStatus.OK, "body"));
        });
    }
}

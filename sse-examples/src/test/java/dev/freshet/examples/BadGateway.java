package dev.freshet.examples;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers 502 to GETs with a query, as a proxy does while no server is behind it. */
final class BadGateway {

    private final AtomicInteger refused = new AtomicInteger();
    private volatile boolean refusing;

    void refuse() {
        refusing = true;
    }

    void goOn() {
        refusing = false;
    }

    /** How many so far. */
    int refused() {
        return refused.get();
    }

    /** Puts it before what answers requests. */
    void addTo(ChannelPipeline pipeline) {
        pipeline.addAfter(pipeline.context(HttpServerCodec.class).name(), null, new Refusing());
    }

    private final class Refusing extends ChannelInboundHandlerAdapter {
        private boolean refuses;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            if (msg instanceof HttpRequest request) {
                refuses = refusing
                        && request.method().equals(HttpMethod.GET)
                        && request.uri().contains("?");
            }
            if (!refuses) {
                ctx.fireChannelRead(msg);
                return;
            }
            boolean last = msg instanceof LastHttpContent;
            ReferenceCountUtil.release(msg);
            if (last) {
                FullHttpResponse answer = new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.BAD_GATEWAY, Unpooled.EMPTY_BUFFER);
                answer.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
                ctx.writeAndFlush(answer);
                refused.incrementAndGet();
                ctx.read();
            }
        }
    }
}

package dev.freshet.examples.load.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

/**
 * The HTTP/1.1 connection of one stream. The codec is removed if the body ends with the connection. Confined to its
 * event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failure closes the channel, which ends the stream
final class Http1Stream extends ChannelInboundHandlerAdapter {

    private static final int LARGEST_CHUNK = 256 << 10;

    private final SseStream stream;
    private boolean open;

    private Http1Stream(SseStream stream) {
        this.stream = stream;
    }

    static void addTo(ChannelPipeline pipeline, SseStream stream) {
        pipeline.addLast(new HttpClientCodec(8_192, 65_536, LARGEST_CHUNK), new Http1Stream(stream));
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        HttpRequest request =
                new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, Target.path(stream.url()));
        request.headers()
                .set(HttpHeaderNames.HOST, stream.url().getRawAuthority())
                .setAll(stream.fields());
        ctx.writeAndFlush(request, ctx.voidPromise());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        try {
            if (msg instanceof HttpResponse head) {
                checkHead(ctx, head);
            } else if (msg instanceof HttpContent content && open) {
                pass(ctx, content.content());
                if (content instanceof LastHttpContent) {
                    ctx.close();
                }
            } else if (msg instanceof ByteBuf bytes && open) {
                pass(ctx, bytes);
            }
        } finally {
            ReferenceCountUtil.release(msg);
        }
    }

    private void pass(ChannelHandlerContext ctx, ByteBuf bytes) {
        if (!stream.bytes(bytes)) {
            ctx.close();
        }
    }

    private void checkHead(ChannelHandlerContext ctx, HttpResponse head) {
        if (head.decoderResult().isFailure()) {
            stream.end("no HTTP was answered");
            ctx.close();
            return;
        }
        open = stream.head(
                head.status().toString(),
                head.headers().get(HttpHeaderNames.CONTENT_TYPE, ""),
                head.headers().get(HttpHeaderNames.CONTENT_ENCODING, ""));
        if (!open) {
            ctx.close();
        } else if (!HttpUtil.isTransferEncodingChunked(head) && !HttpUtil.isContentLengthSet(head)) {
            ctx.pipeline().remove(HttpClientCodec.class); // passes on the part of the body that it has read
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        stream.end("closed before an answer");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        stream.failed(cause);
        ctx.close();
    }
}

package dev.freshet.examples.load.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
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
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One stream: it sends the request, checks the head of the response, and passes the body on. The codec is removed if
 * the body ends with the connection. Confined to its event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failure closes the channel, which ends the stream
abstract class SseStream extends ChannelInboundHandlerAdapter {

    private static final int LARGEST_CHUNK = 256 << 10;

    private final Target target;
    private final URI url;
    private final @Nullable String lastEventId;
    private boolean open;
    private boolean ended;

    SseStream(Target target, URI url, @Nullable String lastEventId) {
        this.target = target;
        this.url = url;
        this.lastEventId = lastEventId;
    }

    /** Returns the URL of the stream. */
    public final URI url() {
        return url;
    }

    /** Returns the initializer of the pipeline. */
    final ChannelInitializer<Channel> pipeline() {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new HttpClientCodec(8_192, 65_536, LARGEST_CHUNK), SseStream.this);
            }
        };
    }

    /** Called when the head of the response is that of an event stream. */
    abstract void opened();

    /** Called with a part of the body. */
    abstract void body(ByteBuf bytes);

    /**
     * Called once at the end.
     *
     * @param reason why the stream was not opened; null if it was
     */
    abstract void ended(@Nullable String reason);

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        HttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, Target.path(url));
        request.headers()
                .set(HttpHeaderNames.HOST, url.getRawAuthority())
                .set(HttpHeaderNames.ACCEPT, "text/event-stream")
                .set(HttpHeaderNames.CACHE_CONTROL, "no-cache");
        request.headers().setAll(target.httpHeaders());
        if (lastEventId != null) {
            request.headers().set("Last-Event-ID", lastEventId);
        }
        ctx.writeAndFlush(request, ctx.voidPromise());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        try {
            if (msg instanceof HttpResponse head) {
                checkHead(ctx, head);
            } else if (msg instanceof HttpContent content && open) {
                body(content.content());
                if (content instanceof LastHttpContent) {
                    ctx.close();
                }
            } else if (msg instanceof ByteBuf bytes && open) {
                body(bytes);
            }
        } finally {
            ReferenceCountUtil.release(msg);
        }
    }

    private void checkHead(ChannelHandlerContext ctx, HttpResponse head) {
        String type = head.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
        if (head.decoderResult().isFailure()) {
            fail(ctx, "no HTTP was answered");
        } else if (head.status().code() != 200) {
            fail(ctx, "the answer was " + head.status());
        } else if (!type.toLowerCase(Locale.ROOT).startsWith("text/event-stream")) {
            fail(ctx, "the answer was " + (type.isEmpty() ? "of no content type" : type) + ", no event stream");
        } else {
            open = true;
            opened();
            if (!HttpUtil.isTransferEncodingChunked(head) && !HttpUtil.isContentLengthSet(head)) {
                ctx.pipeline().remove(HttpClientCodec.class); // passes on the part of the body that it has read
            }
        }
    }

    private void fail(ChannelHandlerContext ctx, String reason) {
        end(reason);
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end(open ? null : "closed before an answer");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(ctx, String.valueOf(cause.getMessage()));
    }

    /** Called when the connection was not made. */
    final void notConnected(Throwable cause) {
        end(String.valueOf(cause.getMessage()));
    }

    private void end(@Nullable String reason) {
        if (!ended) {
            ended = true;
            ended(open ? null : reason);
        }
    }
}

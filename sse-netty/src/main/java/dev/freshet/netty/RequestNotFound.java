package dev.freshet.netty;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.util.ReferenceCountUtil;
import java.util.Map;

/**
 * The last handler of requests in a server's pipeline. It answers with 404 each request that no handler has answered,
 * and closes the connection if a handler before it has failed. Confined to the channel's event loop.
 */
final class RequestNotFound extends ChannelDuplexHandler {
    private final RequestEngine engine;
    private final IncomingPendingRead pendingRead = new IncomingPendingRead(() -> false);

    RequestNotFound(RequestEngine engine) {
        this.engine = engine;
    }

    /** Returns whether a handler behind is not one of the library's. */
    static boolean hasOthersBehind(ChannelHandlerContext ctx) {
        boolean isBehind = false;
        for (Map.Entry<String, ChannelHandler> each : ctx.pipeline()) {
            boolean isOwn = each.getValue() instanceof RequestGuard || each.getValue() instanceof RequestNotFound;
            if (isBehind && !isOwn) {
                return true;
            }
            isBehind |= each.getValue() == ctx.handler();
        }
        return false;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        assert ctx.channel().eventLoop().inEventLoop();
        if (msg instanceof HttpRequest request) {
            HttpAnswer refusal = request.decoderResult().isFailure()
                    ? RequestGuard.malformed(
                            ctx, engine, request.decoderResult().cause())
                    : HttpAnswer.refusal(
                            RefusalReason.NOT_FOUND, 404, "no endpoint at " + ResponseWriter.quotable(request.uri()));
            RequestGuard.refuse(ctx, engine, request, refusal);
        }
        ReferenceCountUtil.release(msg);
        pendingRead.request();
        pendingRead.perform(ctx);
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        pendingRead.cancel();
        ctx.read();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        engine.faults().failed("request", ctx.channel(), cause);
        if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) == null) {
            ctx.close();
        } else {
            ctx.fireExceptionCaught(cause); // to the handler that resets the stream with the error's own code
        }
    }
}

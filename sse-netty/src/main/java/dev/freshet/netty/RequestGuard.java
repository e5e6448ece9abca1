package dev.freshet.netty;

import dev.freshet.netty.ResponseWriter.Then;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * The handler that refuses requests of no endpoint before the application's handlers receive them: malformed ones, and
 * those of other hosts or origins. Stands behind the request handler. Confined to the channel's event loop.
 */
final class RequestGuard extends ChannelDuplexHandler {
    /** The kind of pipeline. */
    enum Pipeline {
        /** The pipeline of a server, before all handlers of the application. */
        SERVER,
        /**
         * The pipeline of an application. The version and a missing host are left to the application. A request that
         * failed to decode is also refused here.
         */
        APPLICATION
    }

    private final RequestEngine engine;
    private final RequestPolicy access;
    private final Pipeline pipeline;
    /** Whether the current request was refused, so that its parts are not passed on. */
    private boolean refused;

    private final IncomingPendingRead pendingRead = new IncomingPendingRead(() -> false);

    RequestGuard(RequestEngine engine, Pipeline pipeline) {
        this.engine = engine;
        this.access = engine.options().access();
        this.pipeline = pipeline;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        assert ctx.channel().eventLoop().inEventLoop();
        if (msg instanceof HttpRequest request) {
            HttpAnswer refusal = refusal(ctx, request);
            refused = refusal != null;
            if (refusal != null) {
                refuse(ctx, engine, request, refusal);
            }
        }
        if (refused) {
            ReferenceCountUtil.release(msg);
            pendingRead.request();
        } else {
            pendingRead.passOn(ctx, msg);
        }
        pendingRead.perform(ctx);
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        pendingRead.cancel();
        ctx.read();
    }

    /** Refuses a request of no endpoint. */
    static void refuse(ChannelHandlerContext ctx, RequestEngine engine, HttpRequest request, HttpAnswer refusal) {
        engine.refused(refusal);
        HttpAnswer written = engine.refusals().written(refusal);
        HttpHeaders headers = headers(engine, request.headers().get(HttpHeaderNames.ORIGIN), written);
        ResponseWriter.answer(ctx, request, written, after(request), headers);
    }

    /** Returns the headers of a refusal of no endpoint, with those by which a page of the origin may read it. */
    static HttpHeaders headers(RequestEngine engine, @Nullable String origin, HttpAnswer refusal) {
        long began = engine.holds().begin();
        HttpHeaders headers = engine.options().access().corsHeaders(origin);
        if (engine.options().access().asksApplication()) {
            engine.holds().end(began, "cors and origins of", "what is refused");
        }
        refusal.headers().forEach(header -> headers.add(header.getKey(), header.getValue()));
        return headers;
    }

    private @Nullable HttpAnswer refusal(ChannelHandlerContext ctx, HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return malformed(ctx, engine, request.decoderResult().cause());
        }
        HttpAnswer malformed =
                pipeline == Pipeline.APPLICATION ? null : RequestHeadCheck.malformed(request, ctx.channel(), true);
        return malformed == null ? access.checkPassedOn(request, ctx.channel()) : malformed;
    }

    /** Returns the refusal of a request that the codec could not decode; it is counted as a fault of the peer. */
    static HttpAnswer malformed(ChannelHandlerContext ctx, RequestEngine engine, Throwable cause) {
        HttpAnswer malformed = malformed(engine.options().limits(), cause);
        engine.faults().peer(ctx.channel().remoteAddress(), malformed.bodyText().strip());
        return malformed;
    }

    private static Then after(HttpRequest request) {
        boolean read = request instanceof LastHttpContent;
        if (request.decoderResult().isFailure()) {
            return Then.LINGER;
        }
        boolean keepAlive = HttpUtil.isKeepAlive(request)
                && RequestHeadCheck.speaks(request.protocolVersion())
                // a client that is refused need not send the body (RFC 9110 10.1.1)
                && (read || !HttpUtil.is100ContinueExpected(request));
        if (keepAlive && (read || !HttpUtil.isTransferEncodingChunked(request))) {
            return Then.KEEP;
        }
        return read ? Then.CLOSE : Then.LINGER;
    }

    private static HttpAnswer malformed(Limits limits, Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return HttpAnswer.refusal(
                    RefusalReason.TOO_LARGE,
                    414,
                    "request line: too long (expected: at most " + limits.requestLineBytes() + " bytes)");
        }
        if (cause instanceof IncomingOverBudgetException) {
            return HttpAnswer.refusal(RefusalReason.OVERLOADED, 431, IncomingOverBudgetException.REASON);
        }
        if (cause instanceof TooLongFrameException) {
            return HttpAnswer.refusal(
                    RefusalReason.TOO_LARGE,
                    431,
                    "header: too large (expected: at most " + limits.headerBytes() + " bytes)");
        }
        return HttpAnswer.refusal(RefusalReason.MALFORMED, 400, "request: malformed");
    }
}

package dev.freshet.netty;

import dev.freshet.netty.Replies.Then;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.util.ReferenceCountUtil;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The first and the last word on requests that are no endpoint's: malformed ones, those from elsewhere, and those that
 * nobody answers. Confined to the channel's event loop.
 */
final class RequestGuard extends ChannelDuplexHandler {
    /** Where it stands. */
    enum Place {
        /** Behind the door of a server, before all handlers of the application. */
        FIRST,
        /** Behind those of a server. */
        LAST,
        /** Behind the door in a pipeline of somebody else, who judges for himself what is malformed. */
        GUEST
    }

    private final Engine engine;
    private final RequestOptions options;
    private final Access access;
    private final Place place;
    /** What comes belongs to a request that was refused: nobody behind has heard of that. */
    private boolean refused;

    private final OwedRead owedRead = new OwedRead(() -> false);

    RequestGuard(Engine engine, Place place) {
        this.engine = engine;
        this.options = engine.options();
        this.access = options.access();
        this.place = place;
    }

    /** Whether there is a handler behind that is none of these. */
    static boolean hasOthersBehind(ChannelHandlerContext ctx) {
        boolean isBehind = false;
        for (Map.Entry<String, ChannelHandler> each : ctx.pipeline()) {
            if (isBehind && !(each.getValue() instanceof RequestGuard)) {
                return true;
            }
            isBehind |= each.getValue() == ctx.handler();
        }
        return false;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (msg instanceof HttpRequest request) {
            HttpAnswer refusal = refusal(ctx, request);
            refused = refusal != null;
            if (refusal != null) {
                HttpAnswer written = ResponseRefusals.written(refusal, engine);
                HttpHeaders told = told(engine, request.headers().get(HttpHeaderNames.ORIGIN), written);
                Replies.answer(ctx, request, written, after(request), told);
            }
        }
        if (refused || place == Place.LAST) {
            ReferenceCountUtil.release(msg);
            owedRead.owe();
        } else {
            owedRead.passOn(ctx, msg);
        }
        owedRead.pay(ctx);
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        owedRead.settle();
        ctx.read();
    }

    /** The headers of what is refused in the place of an endpoint, and what a page of the origin may read of it. */
    static HttpHeaders told(Engine engine, @Nullable String origin, HttpAnswer refusal) {
        long began = engine.holds().begin();
        HttpHeaders told = engine.options().access().told(origin);
        engine.holds().end(began, "cors and origins of", "what is refused");
        refusal.headers().forEach(header -> told.add(header.getKey(), header.getValue()));
        return told;
    }

    private @Nullable HttpAnswer refusal(ChannelHandlerContext ctx, HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return malformed(ctx, request.decoderResult().cause());
        }
        if (place == Place.LAST) {
            return HttpAnswer.refusal(404, "no endpoint at " + Replies.quotable(request.uri()));
        }
        HttpAnswer malformed = place == Place.GUEST ? null : Access.malformed(request, ctx.channel(), true);
        return malformed == null ? access.checkPassedOn(request, ctx.channel()) : malformed;
    }

    private HttpAnswer malformed(ChannelHandlerContext ctx, Throwable cause) {
        HttpAnswer malformed = malformed(cause);
        engine.faults().peer(ctx.channel().remoteAddress(), malformed.bodyText().strip());
        return malformed;
    }

    private static Then after(HttpRequest request) {
        boolean read = request instanceof LastHttpContent;
        if (request.decoderResult().isFailure()) {
            return Then.LINGER;
        }
        boolean keepAlive = HttpUtil.isKeepAlive(request)
                && Access.speaks(request.protocolVersion())
                && (read || !HttpUtil.is100ContinueExpected(request)); // refused, it may send no body (RFC 9110 10.1.1)
        if (keepAlive && (read || !HttpUtil.isTransferEncodingChunked(request))) {
            return Then.KEEP;
        }
        return read ? Then.CLOSE : Then.LINGER;
    }

    private HttpAnswer malformed(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return HttpAnswer.refusal(
                    414,
                    "request line: too long (expected: at most "
                            + options.limits().requestLineBytes() + " bytes)");
        }
        if (cause instanceof OverBudgetException) {
            return HttpAnswer.refusal(431, OverBudgetException.REASON);
        }
        if (cause instanceof TooLongFrameException) {
            return HttpAnswer.refusal(
                    431,
                    "header: too large (expected: at most " + options.limits().headerBytes() + " bytes)");
        }
        return HttpAnswer.refusal(400, "request: malformed");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (place != Place.LAST) {
            ctx.fireExceptionCaught(cause);
            return;
        }
        engine.faults().failed("request", ctx.channel(), cause);
        if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) == null) {
            ctx.close();
        } else {
            ctx.fireExceptionCaught(cause); // to where the stream is reset with the error's own code
        }
    }
}

package dev.freshet.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The handler that closes connections whose requests take too long to receive, that are idle, or that have sent their
 * last response while the server drains. A connection is idle while it has no request, or while its client takes no
 * byte of the responses. The handler stands before the HTTP codec, and receives the first byte of a request; {@link
 * #messages} stands behind the codec, and receives the last content. Both are removed when a hub's stream or another
 * protocol begins. Confined to the channel's event loop.
 */
final class RequestTimeouts extends ChannelInboundHandlerAdapter {
    private static final HttpAnswer TIMED_OUT =
            HttpAnswer.refusal(RefusalReason.TIMEOUT, 408, "request: not complete in time");
    private static final long NEVER = Long.MAX_VALUE;

    private final RequestEngine engine;
    private final long requestNanos;
    private final long idleNanos;
    private final BooleanSupplier draining;

    private RequestReceiving phase = RequestReceiving.IDLE;
    /** The {@code Origin} of the last head. */
    private @Nullable String origin;

    private long began;
    private int unanswered;
    /** Whether a response has begun and not ended. */
    private boolean answering;
    /** The number of responses that have ended and are not all written to the socket. */
    private int unsent;
    /** The write progress at the last check. */
    private long progress;

    private long deadline;
    private long timerAt;
    private @Nullable ScheduledFuture<?> timer;

    /**
     * Creates the handler.
     *
     * @param draining whether the connection is to be closed after its pending responses
     */
    RequestTimeouts(RequestEngine engine, Limits limits, BooleanSupplier draining) {
        this.engine = engine;
        this.draining = draining;
        this.requestNanos = limits.requestTimeout().toNanos();
        this.idleNanos = limits.idleTimeout().toNanos();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        began = now(ctx);
        end(ctx, began + requestNanos);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        handlerRemoved(ctx);
        ctx.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (phase == RequestReceiving.IDLE && !RequestReceiving.isEmptyLines(msg)) {
            enter(ctx, RequestReceiving.HEAD);
        }
        ctx.fireChannelRead(msg);
    }

    /** Sets the phase. The time of a request begins with its first byte, or with a head that is decoded without one. */
    private void enter(ChannelHandlerContext ctx, RequestReceiving next) {
        if (next != RequestReceiving.IDLE && phase != RequestReceiving.HEAD) {
            began = now(ctx);
        }
        phase = phase.to(next);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.fireChannelReadComplete();
        // Else nothing was read, as when TLS has received a part of a record: no reason to wait any longer.
        if (!ctx.isRemoved() && (isReceiving() || unanswered > 0)) {
            watch(ctx);
        }
    }

    /** Returns whether the first byte of a request was received and its last was not. */
    private boolean isReceiving() {
        return phase != RequestReceiving.IDLE;
    }

    private void watch(ChannelHandlerContext ctx) {
        boolean thinking = unanswered > 0 && !answering;
        end(ctx, isReceiving() ? began + requestNanos : thinking ? NEVER : now(ctx) + idleNanos);
    }

    /** Moves the deadline; a timer that fires too early is scheduled again. */
    private void end(ChannelHandlerContext ctx, long at) {
        assert ctx.channel().eventLoop().inEventLoop();
        deadline = at;
        if (at != NEVER && (timer == null || at - timerAt < 0)) {
            if (timer != null) {
                timer.cancel(false);
            }
            timerAt = at;
            timer = ctx.executor().schedule(() -> onTimer(ctx), at - now(ctx), TimeUnit.NANOSECONDS);
        }
    }

    private void onTimer(ChannelHandlerContext ctx) {
        timer = null;
        if (deadline == NEVER || ctx.isRemoved()) {
            return;
        }
        if (deadline - now(ctx) > 0) {
            end(ctx, deadline);
        } else if (answering || unsent > 0) {
            if (isTaking(ctx.channel())) {
                // Earlier responses may delay a request, which is no fault of its client.
                end(ctx, now(ctx) + (isReceiving() ? requestNanos : idleNanos));
            } else {
                ctx.close();
            }
        } else if (isReceiving() && isHeldBack(ctx.channel())) {
            end(ctx, now(ctx) + requestNanos);
        } else if (isReceiving()
                && unanswered == (phase == RequestReceiving.BODY ? 1 : 0)
                && ctx.channel().isWritable() // else nobody reads it
                && !(ctx.channel() instanceof Http2StreamChannel)) { // which is reset
            ctx.writeAndFlush(timedOut(ctx)).addListener(ChannelFutureListener.CLOSE);
        } else {
            if (phase == RequestReceiving.HEAD || isReceiving() && unanswered > 0) {
                RequestTimedOut.refused(ctx, engine, TIMED_OUT, phase == RequestReceiving.BODY && unanswered == 1);
            }
            ctx.close();
        }
    }

    private ByteBuf timedOut(ChannelHandlerContext ctx) {
        RequestTimedOut.refused(ctx, engine, TIMED_OUT, phase == RequestReceiving.BODY);
        HttpAnswer written = engine.refusals().written(TIMED_OUT);
        return ResponseWriter.lastBytes(
                written, RequestGuard.headers(engine, phase == RequestReceiving.BODY ? origin : null, written));
    }

    /**
     * Returns whether this side does not read, so that the client may have sent all. A channel of HTTP/2 that does not
     * read does not receive the connection's end either, so its time is not extended.
     */
    private static boolean isHeldBack(Channel channel) {
        return !channel.config().isAutoRead() && !(channel instanceof Http2StreamChannel);
    }

    /** Returns whether the client took a byte since the last check, or a response without a byte to take has begun. */
    private boolean isTaking(Channel channel) {
        long before = progress;
        progress = StreamWriteProgress.mark(channel);
        return progress != before || answering && progress == StreamWriteProgress.NOTHING_WAITS;
    }

    /** Returns the time of the executor with Netty 4.2, which a test may set. */
    private static long now(ChannelHandlerContext ctx) {
        return EventLoops.nanoTime(ctx.executor());
    }

    /** Returns whether a request is not answered, or its response is not written completely. */
    boolean hasPendingResponse() {
        return unanswered > 0 || unsent > 0;
    }

    /** Returns the handler that stands after the codec. */
    ChannelHandler messages() {
        return new MessageTimeouts();
    }

    private final class MessageTimeouts extends ChannelDuplexHandler implements ChannelFutureListener {
        private RequestTeardown teardown = RequestTeardown.OPEN;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            if (teardown == RequestTeardown.LAST_RESPONSE_BEGUN && msg instanceof HttpRequest) {
                teardown = teardown.to(RequestTeardown.DISCARDING);
            }
            if (teardown == RequestTeardown.DISCARDING) {
                ReferenceCountUtil.release(msg);
                return;
            }
            if (msg instanceof HttpRequest request) {
                origin = request.headers().get(HttpHeaderNames.ORIGIN);
                unanswered++;
                enter(ctx, RequestReceiving.BODY);
            }
            if (msg instanceof LastHttpContent) {
                enter(ctx, RequestReceiving.IDLE);
                ChannelHandlerContext clock = ctx.pipeline().context(RequestTimeouts.this);
                if (unanswered == 0 && clock != null) { // already answered
                    watch(clock);
                }
            }
            ctx.fireChannelRead(msg);
        }

        @Override
        public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
            if (msg instanceof HttpResponse response
                    && response.status().code() == HttpResponseStatus.SWITCHING_PROTOCOLS.code()) {
                ctx.write(msg, promise);
                ctx.pipeline().remove(RequestTimeouts.this); // the other protocol has no requests
                if (ctx.pipeline().get(IncomingHttp1Bytes.class) != null) {
                    ctx.pipeline().remove(IncomingHttp1Bytes.class);
                }
                ctx.pipeline().remove(this);
                return;
            }
            if (msg instanceof HttpResponse response
                    && response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
                answering = true;
                if (unanswered == 1 && draining.getAsBoolean()) {
                    if (teardown == RequestTeardown.OPEN) {
                        teardown = teardown.to(RequestTeardown.LAST_RESPONSE_BEGUN);
                    }
                    HttpUtil.setKeepAlive(response, false);
                }
                ChannelHandlerContext clock = ctx.pipeline().context(RequestTimeouts.this);
                if (!isReceiving() && clock != null) {
                    watch(clock);
                }
            }
            if (ResponseWriter.isEnd(msg)) {
                answering = false;
                unanswered--;
                unsent++;
                ctx.write(msg, promise.unvoid().addListener(this));
                ChannelHandlerContext clock = ctx.pipeline().context(RequestTimeouts.this);
                if (unanswered == 0 && !isReceiving() && clock != null) {
                    watch(clock);
                }
            } else {
                ctx.write(msg, promise);
            }
        }

        /** Called when a response was written to the socket: the time for the client's next request begins. */
        @Override
        public void operationComplete(ChannelFuture sent) {
            unsent--;
            if (!hasPendingResponse() && draining.getAsBoolean()) {
                ResponseLingeringClose.close(sent.channel());
                return;
            }
            ChannelHandlerContext clock = sent.channel().pipeline().context(RequestTimeouts.this);
            if (unsent == 0 && clock != null && sent.channel().isActive()) {
                began = now(clock);
                watch(clock);
            }
        }
    }
}

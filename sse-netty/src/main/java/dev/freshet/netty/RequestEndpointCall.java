package dev.freshet.netty;

import dev.freshet.codec.EventEncoder;
import dev.freshet.netty.ResponseWriter.Then;
import dev.freshet.netty.SseReply.RetryLater;
import dev.freshet.netty.SseReply.Stream;
import dev.freshet.netty.SseReply.Subscribe;
import dev.freshet.netty.SseReply.When;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The processing of one endpoint's request: its head is checked, its body is read, and its response is written.
 * Confined to the channel's event loop.
 */
final class RequestEndpointCall {
    final RequestContext asked;
    private final RequestHandler handler;
    private final ChannelHandlerContext ctx;
    private final RequestEngine engine;
    private final @Nullable RequestServerHook server;
    private @Nullable When awaited;
    private boolean over;
    private boolean passed;

    RequestEndpointCall(
            RequestHandler handler,
            ChannelHandlerContext ctx,
            RequestEngine engine,
            @Nullable RequestServerHook server,
            RequestContext asked) {
        this.handler = handler;
        this.ctx = ctx;
        this.engine = engine;
        this.server = server;
        this.asked = asked;
        asked.received = engine.connections().revocations().received();
    }

    /** Checks the head, before a byte of the body is stored. */
    void decide(IncomingBytes held) {
        assert ctx.channel().eventLoop().inEventLoop();
        asked.held = held;
        if (!asked.hasBody && !held.complete()) {
            reply(ReplyLater.OVERLOADED);
        } else if (held.add(IncomingBudget.sizeOf(ctx.channel(), asked.request))) {
            decided(RequestDispatch.head(engine, asked));
        } else if (asked.hasBody) {
            refuseForRoom();
        } else { // too many wait for their responses
            reply(ReplyLater.OVERLOADED);
        }
    }

    /**
     * Continues after the check of the head.
     *
     * @param early the reply that precedes the body, or null if the endpoint is to be called
     */
    private void decided(@Nullable SseReply early) {
        if (early instanceof When when) {
            await(when, this::decided);
        } else if (early instanceof HttpAnswer || early instanceof RetryLater || early instanceof ReplyExpired) {
            reply(early);
        } else if (early instanceof ReplyPass && asked.patience == null) {
            over();
            passed = true;
            handler.pass(ctx, asked.request);
        } else if (early instanceof ReplyPass) {
            reply(early); // too late
        } else if (asked.body.isRefused()) {
            reply(RequestDispatch.body(engine, asked));
        } else {
            asked.stopTimeout();
            if (early != null) {
                asked.early = early;
                asked.body.discard();
            }
            if (asked.continueDue) {
                ctx.writeAndFlush(ResponseWriter.continueResponse());
            }
            handler.readBody(ctx);
        }
    }

    /** Returns whether the request was passed to the handlers behind. */
    boolean hasPassed() {
        return passed;
    }

    void read(HttpContent part) {
        assert ctx.channel().eventLoop().inEventLoop();
        asked.body.add(part, asked.held);
        asked.complete = part instanceof LastHttpContent;
        part.release();
        if (asked.body.isOverBudget()) {
            refuseForRoom();
        } else if (asked.complete || asked.body.isRefused()) {
            handler.holdBack();
            boolean fits = !asked.complete || asked.held.complete();
            reply(fits ? RequestDispatch.answer(engine, asked) : ReplyLater.OVERLOADED);
        }
    }

    /** Gives the reply. If that fails the output is undefined, and the connection is closed. */
    private void reply(@Nullable SseReply reply) {
        guarded(() -> answer(reply));
    }

    private void guarded(Runnable action) {
        try {
            action.run();
        } catch (Throwable e) {
            engine.faults().failed("answer", ctx.channel(), e);
            handler.end();
            ctx.channel().close();
        }
    }

    private void answer(@Nullable SseReply reply) {
        if (reply != null) {
            asked.takeHeadersOf(reply);
        }
        if (reply instanceof When when) {
            await(when, this::reply);
            return;
        }
        if (reply instanceof Subscribe subscribe) {
            SseReply instead = engine.shutdown().hasBegun()
                    ? ReplyLater.STOPPING
                    : RequestHubStart.open(ctx, engine, asked, subscribe, server);
            if (!(instead instanceof When)) {
                over(); // a stream is counted by itself
            }
            if (instead != null) {
                reply(instead);
            }
            return;
        }
        handler.completePipeline(ctx);
        if (reply instanceof Stream stream) {
            over();
            SseReply instead = engine.shutdown().hasBegun() ? ReplyLater.STOPPING : begin(stream);
            if (instead != null) {
                reply(instead);
            }
            return;
        }
        settle();
        handler.budget.answered(ctx, asked.held);
        if (reply instanceof HttpAnswer whole) {
            answer(whole);
        } else if (reply instanceof ReplyExpired expired) {
            handler.end();
            engine.refused(asked, 200, RefusalReason.EXPIRED);
            endWith(EventEncoder.encode(expired.event()));
        } else if (reply instanceof RetryLater later) {
            handler.end();
            answer(later);
        } else {
            Log.warn(
                    "endpoint {} answered {} (expected: {})",
                    asked.logPath(),
                    reply == null ? "null" : "pass()",
                    reply == null ? "a reply" : "pass() only as the direct result of head()");
            answer(RequestDispatch.FAILED);
        }
    }

    private @Nullable SseReply begin(Stream stream) {
        RequestHandler answering = handler;
        ChannelHandlerContext context = ctx;
        handler.forgetCall(); // the stream does not retain its request
        return RequestPublisherStart.open(ctx, engine, asked, stream, keepAlive -> answering.next(context, keepAlive));
    }

    /** Awaits a reply. One timeout bounds the check of the head, and one the reply. */
    private void await(When when, Consumer<@Nullable SseReply> carryOn) {
        EventLoop loop = ctx.channel().eventLoop();
        if (asked.patience == null) {
            long millis = engine.options().limits().answerTimeout().toMillis();
            asked.patience = loop.schedule(this::giveUp, millis, TimeUnit.MILLISECONDS);
        }
        awaited = when;
        asked.addHeadersOf(when);
        Stages.<SseReply>whenComplete(
                when.stage(),
                (later, failure) -> EventLoops.run(loop, () -> {
                    if (awaited != when || !ctx.channel().isActive()) {
                        return; // the client has disconnected
                    }
                    awaited = null;
                    guarded(() ->
                            carryOn.accept(failure == null ? later : RequestDispatch.failed(engine, asked, failure)));
                }));
    }

    private void giveUp() {
        if (ctx.channel().isActive()) {
            Log.warn("endpoint {} has not answered in time", asked.logPath());
            reply(ReplyLater.TOO_LATE);
        }
    }

    /** Refuses the request because others require its room, in a task of its own, not within their call. */
    void refuseLater() {
        EventLoops.execute(ctx.channel().eventLoop(), () -> {
            if (!over && !asked.complete) {
                refuseForRoom();
            }
        });
    }

    private void refuseForRoom() {
        over();
        engine.faults().peer(asked.remote, IncomingOverBudgetException.REASON);
        if (handler.budget.reset(ctx)) {
            engine.refused(asked, 431, RefusalReason.OVERLOADED);
            handler.end();
        } else {
            handler.completePipeline(ctx);
            answer(HttpAnswer.refusal(
                    RefusalReason.OVERLOADED,
                    asked.body.hasBegun() || asked.body.isOverBudget() ? 413 : 431,
                    IncomingOverBudgetException.REASON));
        }
    }

    private void answer(RetryLater later) {
        engine.refused(asked, 503, ReplyLater.why(later));
        if (ResponseRetryLater.looksLikeEventSource(asked.request)) {
            endWith(ResponseRetryLater.line(later));
            return;
        }
        asked.answerWith(HttpHeaderNames.RETRY_AFTER, ResponseRetryLater.seconds(later));
        HttpAnswer refusal = engine.refusals().written(ResponseRetryLater.refusal(later));
        asked.takeHeadersOf(refusal);
        Then then = asked.isUnread() ? Then.LINGER : Then.CLOSE;
        ResponseWriter.answer(ctx, asked.request, refusal, then, asked.answerHeaders());
    }

    /** Answers with a stream that ends after these lines. */
    private void endWith(byte[] lines) {
        ResponseRetryLater.stream(ctx, asked.request, lines, asked.isUnread(), asked.answerHeaders());
    }

    private void answer(HttpAnswer answer) {
        engine.refused(asked, answer.status(), answer.why());
        Then then = after(answer);
        if (then != Then.KEEP) {
            handler.end(); // before the response is written, so that later input is discarded, not queued
        }
        HttpAnswer written = engine.refusals().written(answer);
        asked.takeHeadersOf(written);
        ResponseWriter.answer(ctx, asked.request, written, then, asked.answerHeaders());
        handler.next(ctx, then == Then.KEEP);
    }

    /** Returns what follows on the connection after the response; the rest of a body is skipped if it has a length. */
    private Then after(HttpAnswer answer) {
        if (asked.body.refusal() != null
                || asked.isUnread() && (handler.waiting.isRefused() || !asked.canBeSkipped())) {
            return Then.LINGER;
        }
        boolean keepAlive = HttpUtil.isKeepAlive(asked.request)
                && answer.status() != 500
                && RequestHeadCheck.speaks(asked.request.protocolVersion());
        return keepAlive ? Then.KEEP : asked.isUnread() ? Then.LINGER : Then.CLOSE;
    }

    /** Called when the request is answered by a stream, or will not be answered. Idempotent. */
    void over() {
        assert ctx.channel().eventLoop().inEventLoop();
        if (!over) {
            settle();
            asked.held.end();
        }
    }

    private void settle() {
        over = true;
        asked.stopTimeout();
        asked.endLease();
        When pending = awaited;
        awaited = null;
        if (pending != null && pending.stage() instanceof BlockingEndpoint.Task task) {
            task.abandon();
        } else if (pending != null) {
            Stages.cancel(pending.stage());
        }
    }
}

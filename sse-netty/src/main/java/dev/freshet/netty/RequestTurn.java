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
 * The turn of one endpoint's request at the door: its head is judged, its body read, its answer carried out. Confined to the
 * channel's event loop.
 */
final class RequestTurn {
    final RequestContext asked;
    private final RequestHandler door;
    private final ChannelHandlerContext ctx;
    private final RequestEngine engine;
    private final @Nullable RequestServerHook server;
    private @Nullable When awaited;
    private boolean over;
    private boolean passed;

    RequestTurn(
            RequestHandler door,
            ChannelHandlerContext ctx,
            RequestEngine engine,
            @Nullable RequestServerHook server,
            RequestContext asked) {
        this.door = door;
        this.ctx = ctx;
        this.engine = engine;
        this.server = server;
        this.asked = asked;
        asked.received = engine.connections().revocations().received();
    }

    /** Before a byte of its body is kept. */
    void decide(IncomingBytes held) {
        asked.held = held;
        if (!asked.hasBody && !held.complete()) {
            reply(ReplyLater.OVERLOADED);
        } else if (held.add(IncomingBudget.sizeOf(ctx.channel(), asked.request))) {
            decided(RequestDispatch.head(engine, asked));
        } else if (asked.hasBody) {
            refuseForRoom();
        } else { // so many wait for their answers
            reply(ReplyLater.OVERLOADED);
        }
    }

    /** @param early what is answered before the body is read; null where the endpoint is to be asked */
    private void decided(@Nullable SseReply early) {
        if (early instanceof When when) {
            await(when, this::decided);
        } else if (early instanceof HttpAnswer || early instanceof RetryLater || early instanceof ReplyExpired) {
            reply(early);
        } else if (early instanceof ReplyPass && asked.patience == null) {
            over();
            passed = true;
            door.pass(ctx, asked.request);
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
            door.readBody(ctx);
        }
    }

    /** The request has gone on to the handlers behind. */
    boolean hasPassed() {
        return passed;
    }

    void read(HttpContent part) {
        asked.body.add(part, asked.held);
        asked.complete = part instanceof LastHttpContent;
        part.release();
        if (asked.body.isOverBudget()) {
            refuseForRoom();
        } else if (asked.complete || asked.body.isRefused()) {
            door.holdBack();
            boolean fits = !asked.complete || asked.held.complete();
            reply(fits ? RequestDispatch.answer(engine, asked) : ReplyLater.OVERLOADED);
        }
    }

    /** What fails in it has written nobody knows what: the connection ends. */
    private void reply(@Nullable SseReply reply) {
        guarded(() -> answer(reply));
    }

    private void guarded(Runnable action) {
        try {
            action.run();
        } catch (Throwable e) {
            engine.faults().failed("answer", ctx.channel(), e);
            door.end();
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
                over(); // a stream counts for itself
            }
            if (instead != null) {
                reply(instead);
            }
            return;
        }
        door.completePipeline(ctx);
        if (reply instanceof Stream stream) {
            over();
            SseReply instead = engine.shutdown().hasBegun() ? ReplyLater.STOPPING : begin(stream);
            if (instead != null) {
                reply(instead);
            }
            return;
        }
        settle();
        door.budget.answered(ctx, asked.held);
        if (reply instanceof HttpAnswer whole) {
            answer(whole);
        } else if (reply instanceof ReplyExpired expired) {
            door.end();
            endWith(EventEncoder.encode(expired.event()));
        } else if (reply instanceof RetryLater later) {
            door.end();
            answer(later);
        } else {
            Log.warn(
                    "endpoint {} answered {} (expected: {})",
                    asked.place(),
                    reply == null ? "null" : "pass()",
                    reply == null ? "a reply" : "that from head() itself, neither later nor on an executor");
            answer(RequestDispatch.FAILED);
        }
    }

    private @Nullable SseReply begin(Stream stream) {
        RequestHandler exchange = door;
        ChannelHandlerContext context = ctx;
        door.forgetTurn(); // nor does the stream keep its request
        return RequestPublisherStart.open(ctx, engine, asked, stream, keepAlive -> exchange.next(context, keepAlive));
    }

    /** One time for the judging and one for the answer. */
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
                        return; // the client has gone meanwhile
                    }
                    awaited = null;
                    guarded(() ->
                            carryOn.accept(failure == null ? later : RequestDispatch.failed(engine, asked, failure)));
                }));
    }

    private void giveUp() {
        if (ctx.channel().isActive()) {
            Log.warn("endpoint {} has not answered in time", asked.place());
            reply(ReplyLater.TOO_LATE);
        }
    }

    /** Others need its room; not in the middle of what they do. */
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
        if (door.budget.reset(ctx)) {
            door.end();
        } else {
            door.completePipeline(ctx);
            answer(HttpAnswer.refusal(
                    asked.body.hasBegun() || asked.body.isOverBudget() ? 413 : 431,
                    IncomingOverBudgetException.REASON));
        }
    }

    private void answer(RetryLater later) {
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

    /** Answers with a stream that ends with these lines. */
    private void endWith(byte[] lines) {
        ResponseRetryLater.stream(ctx, asked.request, lines, asked.isUnread(), asked.answerHeaders());
    }

    private void answer(HttpAnswer answer) {
        Then then = after(answer);
        if (then != Then.KEEP) {
            door.end(); // before the answer is written: what is read after it is dropped, not held back
        }
        HttpAnswer written = engine.refusals().written(answer);
        asked.takeHeadersOf(written);
        ResponseWriter.answer(ctx, asked.request, written, then, asked.answerHeaders());
        door.next(ctx, then == Then.KEEP);
    }

    /** What becomes of the connection; the rest of a body is skipped where it has a length. */
    private Then after(HttpAnswer answer) {
        if (asked.body.refusal() != null || asked.isUnread() && (door.waiting.isRefused() || !asked.canBeSkipped())) {
            return Then.LINGER;
        }
        boolean keepAlive = HttpUtil.isKeepAlive(asked.request)
                && answer.status() != 500
                && RequestHeadCheck.speaks(asked.request.protocolVersion());
        return keepAlive ? Then.KEEP : asked.isUnread() ? Then.LINGER : Then.CLOSE;
    }

    /** It is answered by a stream, or will not be answered. Idempotent. */
    void over() {
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

package dev.freshet.netty;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * The handler of requests of one channel. It processes the requests of endpoints one after the other, each after every
 * earlier response is written, and passes the others on, on a server's own connection also one after the other. The
 * head of a request is checked before any of its body is stored. Confined to the channel's event loop.
 */
final class RequestHandler extends ChannelDuplexHandler {
    private final RequestEngine engine;
    final IncomingChannelBudget budget;
    private final @Nullable RequestServerHook server; // of the connection
    private final boolean oneByOne; // whether a request that passes is answered before the next one is passed on
    private @Nullable RequestServerHook incomplete; // while the server's pipeline has only a hub stream's handlers
    private final @Nullable IncomingHttp1Bytes undecoded; // null with an application's codec, or over HTTP/2
    /** The endpoint's request that is being checked, read or answered, or null. */
    @Nullable
    RequestEndpointCall current;

    private RequestPhase phase = RequestPhase.OPEN;
    private boolean resuming; // while the backlog is processed

    final RequestBacklog waiting;
    private final IncomingPendingRead pendingRead;
    private final ResponseOrder passedOn;

    RequestHandler(
            RequestEngine engine,
            IncomingConnectionBudget budget,
            @Nullable RequestServerHook server,
            @Nullable IncomingHttp1Bytes undecoded) {
        this.engine = engine;
        this.budget = new IncomingChannelBudget(budget, server != null);
        this.server = server;
        this.incomplete = server;
        this.undecoded = undecoded;
        this.waiting = new RequestBacklog(budget);
        this.pendingRead = new IncomingPendingRead(waiting::holdsBack);
        this.passedOn = new ResponseOrder(this::answered);
        this.oneByOne = server != null || engine.options().access().scope() == AccessScope.ALL_REQUESTS;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (undecoded != null && msg instanceof HttpObject part) {
            undecoded.decoded(part);
        }
        pendingRead.request();
        if (phase == RequestPhase.ENDED) {
            ReferenceCountUtil.release(msg);
        } else if (!(msg instanceof HttpObject part)) {
            pendingRead.passOn(ctx, msg); // of another protocol, or a frame of HTTP/2 that is no part of a request
        } else if (phase.holdsBack) {
            waiting.add(ctx, part);
        } else {
            take(ctx, part);
        }
        pendingRead.perform(ctx);
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        pendingRead.cancel();
        waiting.read(ctx);
    }

    private void take(ChannelHandlerContext ctx, HttpObject part) {
        if (current != null && part instanceof HttpRequest) { // a handler of the application has dropped a body's end
            ReferenceCountUtil.release(part);
            engine.faults().peer(current.asked.remote, "request: in the body of another");
            endBroken(ctx);
        } else if (current != null && part instanceof HttpContent content) {
            current.read(content);
        } else if (part instanceof HttpRequest request) {
            enter(RequestPhase.OPEN);
            begin(ctx, request);
        } else if (phase == RequestPhase.SKIPPING) {
            skip(ctx, part);
        } else {
            passedOn.read(part);
            pendingRead.passOn(ctx, part);
            letGoOfPassedOn(ctx);
        }
    }

    private void skip(ChannelHandlerContext ctx, HttpObject part) {
        enter(part instanceof LastHttpContent ? RequestPhase.OPEN : RequestPhase.SKIPPING);
        ReferenceCountUtil.release(part);
        if (part.decoderResult().isFailure()) {
            endBroken(ctx);
        }
    }

    private void begin(ChannelHandlerContext ctx, HttpRequest request) {
        if (passedOn.isClosing()) {
            ReferenceCountUtil.release(request);
            end();
            return;
        }
        boolean malformed = request.decoderResult().isFailure();
        RequestRoutes.Match match = malformed ? null : engine.options().routes().find(request.uri());
        if (match != null && match.passes(request) && RequestNotFound.hasOthersBehind(ctx)) {
            match = null;
        }
        if ((malformed || match != null || oneByOne) && !passedOn.areAnswered()) {
            // A check, a refusal and a 404 are written at once, but not as the response to an earlier request.
            enter(RequestPhase.WAITING);
            waiting.putBack(ctx, request);
        } else if (match == null) {
            passOn(ctx, request);
        } else {
            RequestContext asked = new RequestContext(request, match, ctx.channel(), server != null);
            RequestEndpointCall call = new RequestEndpointCall(this, ctx, engine, server, asked);
            current = call;
            enter(RequestPhase.DECIDING);
            call.decide(budget.request(ctx.channel(), call::refuseLater));
            if (!(request instanceof HttpContent whole)) {
                return;
            }
            // A request with its body, as the codec of HTTP/2 and aggregators produce it.
            if (current != call && !call.hasPassed()) { // else it is passed on with the request
                whole.release();
            } else if (current == call && phase.holdsBack) {
                waiting.putBack(ctx, new DefaultLastHttpContent(whole.content()));
            } else if (current == call) {
                call.read(whole);
            }
        }
    }

    /** Passes the current request to the handlers behind; its endpoint has read only the head. */
    void pass(ChannelHandlerContext ctx, HttpRequest request) {
        assert ctx.channel().eventLoop().inEventLoop();
        current = null;
        enter(RequestPhase.OPEN);
        passOn(ctx, request);
    }

    private void passOn(ChannelHandlerContext ctx, HttpRequest request) {
        completePipeline(ctx);
        IncomingBytes held = null;
        if (server != null && request.decoderResult().isSuccess()) {
            int number = passedOn.next();
            held = budget.passOn(ctx.channel(), request, () -> endPassedOn(ctx, number));
            if (held == null && budget.reset(ctx)) {
                engine.counts().refused(RefusalReason.OVERLOADED, 431);
                end();
                return;
            } else if (held == null) {
                request.setDecoderResult(
                        IncomingOverBudgetException.inPlaceOf(true).decoderResult());
            }
        }
        passedOn.add(held);
        if (request instanceof LastHttpContent) {
            passedOn.read(request);
        }
        pendingRead.passOn(ctx, request);
    }

    private void letGoOfPassedOn(ChannelHandlerContext ctx) {
        IncomingBytes held = passedOn.over();
        if (held != null) {
            budget.answered(ctx, held);
        }
        if (server != null && passedOn.isBroken() && passedOn.areAnswered()) {
            endBroken(ctx);
        }
    }

    /** Closes the connection, because the next request cannot be found. */
    private void endBroken(ChannelHandlerContext ctx) {
        end();
        ctx.flush();
        ResponseLingeringClose.close(ctx.channel());
    }

    /** Closes a request that was passed on and is incomplete; it may have been answered in part. */
    private void endPassedOn(ChannelHandlerContext ctx, int number) {
        if (passedOn.isIncomplete(number)) {
            engine.counts().refused(RefusalReason.OVERLOADED, 431);
            if (!budget.reset(ctx)) {
                ctx.close();
            }
        }
    }

    /** Adds the handlers for a response that is no hub's stream. */
    void completePipeline(ChannelHandlerContext ctx) {
        if (incomplete != null) {
            incomplete.complete(ctx);
            incomplete = null;
        }
    }

    /** Called when the head of the current request is accepted. */
    void readBody(ChannelHandlerContext ctx) {
        assert ctx.channel().eventLoop().inEventLoop();
        enter(RequestPhase.READING);
        resume(ctx);
    }

    /** Called when the current request, received in whole, is answered by a stream. */
    void forgetCall() {
        current = null;
        enter(RequestPhase.STREAMING);
    }

    /** Queues further input. */
    void holdBack() {
        enter(RequestPhase.DECIDING);
    }

    /** Called when the current request is answered. */
    void next(ChannelHandlerContext ctx, boolean keepAlive) {
        assert ctx.channel().eventLoop().inEventLoop();
        if (!keepAlive) {
            end();
            return;
        }
        enter(current != null && !current.asked.complete ? RequestPhase.SKIPPING : RequestPhase.OPEN);
        current = null;
        resume(ctx);
    }

    private void resume(ChannelHandlerContext ctx) {
        if (resuming) {
            return; // to the loop below, so that the stack does not grow with pipelined requests
        }
        resuming = true;
        boolean waited = !waiting.isEmpty();
        try {
            while (!phase.holdsBack && !waiting.isEmpty()) {
                pendingRead.request();
                take(ctx, waiting.take(ctx));
            }
        } finally {
            resuming = false;
        }
        if (waiting.isEmpty()) {
            waiting.resumeReading(ctx);
            pendingRead.perform(ctx, waited);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        completePipeline(ctx);
        ctx.fireExceptionCaught(cause);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        passedOn.write(ctx, msg, promise);
    }

    /** Called when the requests that were passed on are answered; processes the next endpoint's request. */
    private void answered(ChannelHandlerContext ctx) {
        letGoOfPassedOn(ctx);
        if (phase == RequestPhase.WAITING) {
            enter(RequestPhase.OPEN);
            resume(ctx);
            ctx.flush();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        end();
        budget.end();
    }

    private void enter(RequestPhase next) {
        if (phase != RequestPhase.ENDED) { // final
            phase = phase.to(next);
        }
    }

    /** Ends the handler: the connection is closed after what was written, or has been closed. */
    void end() {
        enter(RequestPhase.ENDED);
        waiting.end();
        passedOn.end();
        RequestEndpointCall call = current;
        current = null;
        if (call != null) {
            call.over();
        }
    }
}

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
 * The request door of one channel: takes the requests that are for an endpoint, one after the other and each only when
 * every response before it is written, and lets the others pass; on a server's own connection these, too, one after the
 * other. A request's head is judged before anything of its body is kept. Confined to the channel's event loop.
 */
final class RequestHandler extends ChannelDuplexHandler {
    private final RequestEngine engine;
    final IncomingChannelBudget budget;
    /** Whose connection it is, or null. */
    private final @Nullable RequestServerHook server;
    /** What passes is refused or answered before the next does. */
    private final boolean oneByOne;
    /** The same while its pipeline has only what a hub's stream needs, else null. */
    private @Nullable RequestServerHook incomplete;

    /** What counts what the codec has not decoded; null where the codec is another's, or HTTP/2's. */
    private final @Nullable IncomingHttp1Bytes undecoded;

    /** The endpoint's request that is judged, read or answered, or null. */
    private @Nullable RequestTurn current;

    private RequestPhase phase = RequestPhase.OPEN;

    /** What waited is being taken. */
    private boolean resuming;

    final RequestBacklog waiting;
    private final IncomingOwedRead owedRead;
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
        this.owedRead = new IncomingOwedRead(waiting::holdsBack);
        this.passedOn = new ResponseOrder(this::answered);
        this.oneByOne = server != null || engine.options().access().scope() == AccessScope.ALL_REQUESTS;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (undecoded != null && msg instanceof HttpObject part) {
            undecoded.decoded(part);
        }
        owedRead.owe();
        if (phase == RequestPhase.ENDED) {
            ReferenceCountUtil.release(msg);
        } else if (!(msg instanceof HttpObject part)) {
            owedRead.passOn(ctx, msg); // another protocol's, or a frame of HTTP/2 that is no part of a request
        } else if (phase.holdsBack) {
            waiting.add(ctx, part);
        } else {
            take(ctx, part);
        }
        owedRead.pay(ctx);
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        owedRead.settle();
        waiting.read(ctx);
    }

    private void take(ChannelHandlerContext ctx, HttpObject part) {
        if (current != null && part instanceof HttpContent content) {
            current.read(content);
        } else if (part instanceof HttpRequest request) {
            enter(RequestPhase.OPEN);
            begin(ctx, request);
        } else if (phase == RequestPhase.SKIPPING) {
            skip(ctx, part);
        } else {
            passedOn.read(part);
            owedRead.passOn(ctx, part);
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
            // Who judges or refuses it, or finds that nobody answers it, does so at once: no answer to an earlier
            // request.
            enter(RequestPhase.WAITING);
            waiting.putBack(ctx, request);
        } else if (match == null) {
            passOn(ctx, request);
        } else {
            RequestContext asked = new RequestContext(request, match, ctx.channel(), server != null);
            RequestTurn turn = new RequestTurn(this, ctx, engine, server, asked);
            current = turn;
            enter(RequestPhase.DECIDING);
            turn.decide(budget.request(ctx.channel(), turn::refuseLater));
            if (!(request instanceof HttpContent whole)) {
                return;
            }
            // The whole of it, as HTTP/2's codec and aggregators have it.
            if (current != turn && !turn.hasPassed()) { // else it goes with that
                whole.release();
            } else if (current == turn && phase.holdsBack) {
                waiting.putBack(ctx, new DefaultLastHttpContent(whole.content()));
            } else if (current == turn) {
                turn.read(whole);
            }
        }
    }

    /** The current request is for the handlers behind, of which its endpoint has read nothing but the head. */
    void pass(ChannelHandlerContext ctx, HttpRequest request) {
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
        owedRead.passOn(ctx, request);
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

    /** The next request cannot be found. */
    private void endBroken(ChannelHandlerContext ctx) {
        end();
        ctx.flush();
        ResponseLingeringClose.close(ctx.channel());
    }

    /** One that another handler reads, and may be answering. */
    private void endPassedOn(ChannelHandlerContext ctx, int number) {
        if (passedOn.isIncomplete(number) && !budget.reset(ctx)) {
            ctx.close();
        }
    }

    /** For an answer that is no hub's stream. */
    void completePipeline(ChannelHandlerContext ctx) {
        if (incomplete != null) {
            incomplete.complete(ctx);
            incomplete = null;
        }
    }

    /** The current request's head is accepted. */
    void readBody(ChannelHandlerContext ctx) {
        enter(RequestPhase.READING);
        resume(ctx);
    }

    /** The current request is answered by a stream, and has come in whole. */
    void forgetTurn() {
        current = null;
        enter(RequestPhase.STREAMING);
    }

    /** What comes from now on waits. */
    void holdBack() {
        enter(RequestPhase.DECIDING);
    }

    /** The current request is answered. */
    void next(ChannelHandlerContext ctx, boolean keepAlive) {
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
            return; // to the loop below: the stack does not grow with what is pipelined
        }
        resuming = true;
        boolean waited = !waiting.isEmpty();
        try {
            while (!phase.holdsBack && !waiting.isEmpty()) {
                owedRead.owe();
                take(ctx, waiting.take(ctx));
            }
        } finally {
            resuming = false;
        }
        if (waiting.isEmpty()) {
            waiting.resumeReading(ctx);
            owedRead.pay(ctx, waited);
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

    /** What was passed on is answered: the next is this one's. */
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
        if (phase != RequestPhase.ENDED) { // there is no way back
            phase = next;
        }
    }

    /** The connection ends with what was written, or has ended. */
    void end() {
        phase = RequestPhase.ENDED;
        waiting.end();
        passedOn.end();
        RequestTurn turn = current;
        current = null;
        if (turn != null) {
            turn.over();
        }
    }
}

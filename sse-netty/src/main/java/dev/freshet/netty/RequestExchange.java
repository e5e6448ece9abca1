package dev.freshet.netty;

import dev.freshet.netty.Replies.Then;
import dev.freshet.netty.SseReply.Refuse;
import dev.freshet.netty.SseReply.RetryLater;
import dev.freshet.netty.SseReply.Stream;
import dev.freshet.netty.SseReply.Subscribe;
import dev.freshet.netty.SseReply.When;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The request door of one channel: takes the requests that are for an endpoint, one after the other and each only when
 * every response before it is written, and lets the others pass; on a server's own connection these, too, one after the
 * other. Confined to the channel's event loop.
 */
final class RequestExchange extends ChannelDuplexHandler {
    private final Engine engine;
    /** Whose connection it is, or null. */
    private final @Nullable ServerPipeline server;
    /** What passes is refused or answered before the next does. */
    private final boolean oneByOne;
    /** The same while its pipeline has only what a hub's stream needs, else null. */
    private @Nullable ServerPipeline incomplete;

    /** The endpoint's request whose body is being read or that is being answered, or null. */
    private @Nullable Asked current;

    /** The sender of the current request waits for a word before it sends the body. */
    private boolean continueDue;
    /** The current request is complete and not answered yet, or a malformed one waits: so does what comes after it. */
    private boolean busy;

    /** The connection is closed after what was written: what follows is dropped. */
    private boolean ended;
    /** What waited is being taken. */
    private boolean goingOn;

    private final Deque<Object> waiting = new ArrayDeque<>(0);
    private final ReadPause pause = new ReadPause();
    private final PassedOn passedOn = new PassedOn(this::answered);

    RequestExchange(Engine engine, @Nullable ServerPipeline server) {
        this.engine = engine;
        this.server = server;
        this.incomplete = server;
        this.oneByOne = server != null || engine.options().access().scope() == AccessScope.ALL_REQUESTS;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (ended) {
            ReferenceCountUtil.release(msg);
        } else if (!(msg instanceof HttpObject)) {
            ctx.fireChannelRead(msg); // another protocol's, or a frame of HTTP/2 that is no part of a request
        } else if (busy) {
            // Reading stops only now: while nothing is pipelined, a client that leaves is noticed.
            waiting.add(msg);
            pause.begin(ctx.channel());
        } else {
            take(ctx, msg);
        }
    }

    /** Whoever turns reading on, it stays off while requests wait. */
    @Override
    public void read(ChannelHandlerContext ctx) {
        if (waiting.isEmpty()) {
            ctx.read();
        } else {
            pause.withhold(ctx.channel());
        }
    }

    private void take(ChannelHandlerContext ctx, Object msg) {
        if (current == null && msg instanceof HttpRequest request) {
            if (passedOn.isClosing()) {
                ReferenceCountUtil.release(msg);
                end();
                return;
            }
            boolean malformed = request.decoderResult().isFailure();
            Routes.Match match = malformed ? null : engine.options().routes().find(request.uri());
            if ((malformed || oneByOne && match == null) && !passedOn.areAnswered()) {
                // Who refuses it, or finds that nobody answers it, does so at once: no answer to an earlier request.
                busy = true;
                waiting.addFirst(msg);
                return;
            }
            if (match == null) {
                makeRoom(ctx);
                passedOn.add();
                ctx.fireChannelRead(msg);
                return;
            }
            current = new Asked(request, match, ctx.channel(), engine.options(), server != null);
            continueDue = !(msg instanceof LastHttpContent) && HttpUtil.is100ContinueExpected(request);
            current.body.announce(request);
        }
        if (current == null) {
            ctx.fireChannelRead(msg);
            return;
        }
        if (msg instanceof HttpContent content) {
            current.body.add(content);
        }
        boolean complete = msg instanceof LastHttpContent;
        ReferenceCountUtil.release(msg);
        if (complete || current.body.isRefused()) {
            busy = true;
            continueDue = false;
            if (passedOn.areAnswered()) {
                answer(ctx);
            }
        } else if (passedOn.areAnswered()) {
            askForBody(ctx);
        }
    }

    private void askForBody(ChannelHandlerContext ctx) {
        if (continueDue) {
            continueDue = false;
            ctx.writeAndFlush(Replies.goOn());
        }
    }

    private void answer(ChannelHandlerContext ctx) {
        Asked asked = current;
        if (asked != null) {
            carryOut(ctx, asked, Gate.answer(engine, asked));
        }
    }

    /** What fails in it has written nobody knows what: the connection ends. */
    private void carryOut(ChannelHandlerContext ctx, Asked asked, @Nullable SseReply reply) {
        try {
            answer(ctx, asked, reply);
        } catch (Throwable e) {
            engine.faults().failed("answer", ctx.channel(), e);
            end();
            ctx.channel().close();
        }
    }

    private void answer(ChannelHandlerContext ctx, Asked asked, @Nullable SseReply reply) {
        if (reply instanceof When when) {
            if (asked.patience == null) {
                long millis = engine.options().limits().answerTimeout().toMillis();
                asked.patience =
                        ctx.channel().eventLoop().schedule(() -> giveUp(ctx, asked), millis, TimeUnit.MILLISECONDS);
            }
            Stages.<SseReply>whenComplete(
                    when.stage(),
                    (later, failure) ->
                            Engine.on(ctx.channel().eventLoop(), () -> carryOutLater(ctx, asked, later, failure)));
            return;
        }
        asked.settled();
        if (reply instanceof Subscribe subscribe) {
            SseReply instead =
                    engine.isStopping() ? SoftRefusal.STOPPING : Opening.open(ctx, engine, asked, subscribe, server);
            if (instead != null) {
                carryOut(ctx, asked, instead);
            }
            return;
        }
        makeRoom(ctx);
        if (reply instanceof Stream stream) {
            SseReply instead = engine.isStopping()
                    ? SoftRefusal.STOPPING
                    : FiniteOpening.open(ctx, engine, asked, stream, keepAlive -> next(ctx, keepAlive));
            if (instead != null) {
                carryOut(ctx, asked, instead);
            }
        } else if (reply instanceof Refuse refuse) {
            refuse(ctx, asked, refuse);
        } else if (reply instanceof RetryLater || reply instanceof Expired) {
            end();
            SoftRefusal.answer(ctx, asked, reply);
        } else {
            Engine.log.warn("endpoint {} answered null (expected: a reply)", asked.place());
            refuse(ctx, asked, new Refuse(500, "the endpoint failed"));
        }
    }

    private void makeRoom(ChannelHandlerContext ctx) {
        if (incomplete != null) {
            incomplete.complete(ctx);
            incomplete = null;
        }
    }

    private void giveUp(ChannelHandlerContext ctx, Asked asked) {
        if (ctx.channel().isActive() && current == asked) {
            Engine.log.warn("endpoint {} has not answered in time", asked.place());
            carryOut(ctx, asked, SoftRefusal.TOO_LATE);
        }
    }

    private void carryOutLater(
            ChannelHandlerContext ctx, Asked asked, @Nullable SseReply reply, @Nullable Throwable failure) {
        if (!ctx.channel().isActive() || current != asked) {
            return; // the client has gone meanwhile
        }
        carryOut(ctx, asked, failure == null ? reply : Gate.failed(engine, asked, failure));
    }

    private void refuse(ChannelHandlerContext ctx, Asked asked, Refuse refuse) {
        boolean keepAlive = HttpUtil.isKeepAlive(asked.request)
                && refuse.status() != 500
                && Access.speaks(asked.request.protocolVersion());
        Then then = asked.body.refusal() != null ? Then.LINGER : keepAlive ? Then.KEEP : Then.CLOSE;
        if (then != Then.KEEP) {
            end(); // before the answer is written: what is read after it is dropped, not held back
        }
        Replies.refuse(ctx, asked.request, refuse, then, asked.answerHeaders());
        next(ctx, then == Then.KEEP);
    }

    /** The current request is answered. */
    private void next(ChannelHandlerContext ctx, boolean keepAlive) {
        if (!keepAlive) {
            end();
            return;
        }
        current = null;
        busy = false;
        if (goingOn) {
            return; // to the loop below: the stack does not grow with what is pipelined
        }
        goingOn = true;
        try {
            while (!busy && !waiting.isEmpty()) {
                take(ctx, waiting.remove());
            }
        } finally {
            goingOn = false;
        }
        if (waiting.isEmpty()) {
            pause.end(ctx);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        makeRoom(ctx);
        ctx.fireExceptionCaught(cause);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        passedOn.write(ctx, msg, promise);
    }

    /** What was passed on is answered: the next is this one's. */
    private void answered(ChannelHandlerContext ctx) {
        if (passedOn.isClosing() && current != null) {
            end();
            pause.end(ctx); // what is read is dropped
            return;
        }
        askForBody(ctx);
        if (!busy) {
            return;
        }
        if (current == null) {
            next(ctx, true);
        } else {
            answer(ctx);
        }
        ctx.flush();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (current != null) {
            current.settled();
        }
        end();
    }

    private void end() {
        ended = true;
        current = null;
        busy = false;
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
    }
}

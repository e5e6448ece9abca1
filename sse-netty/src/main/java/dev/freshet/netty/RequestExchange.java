package dev.freshet.netty;

import dev.freshet.netty.SseReply.Refuse;
import dev.freshet.netty.SseReply.RetryLater;
import dev.freshet.netty.SseReply.Stream;
import dev.freshet.netty.SseReply.Subscribe;
import dev.freshet.netty.SseReply.When;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpChunkedInput;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The request door of one channel: takes the requests that are for an endpoint, one after the other and each only when
 * every response before it is written, and lets the others pass. Confined to the channel's event loop.
 */
final class RequestExchange extends ChannelDuplexHandler {
    private static final RetryLater STOPPING = new RetryLater(Duration.ofSeconds(1), "the server is shutting down");
    private static final RetryLater TOO_LATE = new RetryLater(Duration.ofSeconds(5), "the endpoint takes too long");

    private final Engine engine;

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
    /** Requests that were passed on and not answered yet. */
    private int unanswered;

    RequestExchange(Engine engine) {
        this.engine = engine;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (ended) {
            ReferenceCountUtil.release(msg);
        } else if (busy) {
            // Reading stops only now: while nothing is pipelined, a client that leaves is noticed.
            waiting.add(msg);
            ctx.channel().config().setAutoRead(false);
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
            ctx.channel().config().setAutoRead(false);
        }
    }

    private void take(ChannelHandlerContext ctx, Object msg) {
        if (current == null && msg instanceof HttpRequest request) {
            boolean malformed = request.decoderResult().isFailure();
            Routes.Match match = malformed ? null : engine.options().routes().find(request.uri());
            if (malformed && unanswered > 0) {
                // Whoever refuses it does so at once: that must not pass for an earlier request's answer.
                busy = true;
                waiting.addFirst(msg);
                return;
            }
            if (match == null) {
                unanswered++;
                ctx.fireChannelRead(msg);
                return;
            }
            current = new Asked(request, match, ctx.channel().remoteAddress(), engine.options());
            continueDue = !(msg instanceof LastHttpContent) && HttpUtil.is100ContinueExpected(request);
            if (continueDue) {
                current.body.announce(HttpUtil.getContentLength(request, 0L));
            }
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
        if (complete || current.body.isTooLarge()) {
            busy = true;
            continueDue = false;
            if (unanswered == 0) {
                answer(ctx);
            }
        } else if (unanswered == 0) {
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
        if (asked == null) {
            return;
        }
        SseReply reply = Gate.check(engine.options(), asked);
        Refuse unread = asked.body.refusal();
        if (unread != null) {
            reply = unread;
        } else if (reply == null) {
            reply = engine.isStopping() ? STOPPING : ask(asked);
        }
        carryOut(ctx, asked, reply);
    }

    private @Nullable SseReply ask(Asked asked) {
        SseRequest request;
        try {
            request = new SseRequest(asked);
            asked.lastEventId = request.lastEventId();
        } catch (IllegalArgumentException e) {
            return new Refuse(400, "query: " + e.getMessage());
        }
        SseEndpoint endpoint = Objects.requireNonNull(asked.endpoint(), "endpoint"); // or the gate had refused
        try {
            return endpoint.handle(request);
        } catch (RuntimeException | Error e) {
            Engine.log.warn("endpoint {} failed", request.path(), e);
            return new Refuse(500, "the endpoint failed");
        }
    }

    private void carryOut(ChannelHandlerContext ctx, Asked asked, @Nullable SseReply reply) {
        if (reply instanceof When when) {
            if (asked.patience == null) {
                long millis = engine.options().limits().answerTimeout().toMillis();
                asked.patience =
                        ctx.channel().eventLoop().schedule(() -> giveUp(ctx, asked), millis, TimeUnit.MILLISECONDS);
            }
            when.stage()
                    .whenComplete((later, failure) ->
                            Engine.on(ctx.channel().eventLoop(), () -> carryOutLater(ctx, asked, later, failure)));
            return;
        }
        asked.settled();
        if (reply instanceof Subscribe subscribe) {
            SseReply instead = engine.isStopping() ? STOPPING : Opening.open(ctx, engine, asked, subscribe);
            if (instead != null) {
                carryOut(ctx, asked, instead);
            }
        } else if (reply instanceof Stream stream) {
            SseReply instead = engine.isStopping()
                    ? STOPPING
                    : FiniteOpening.open(ctx, engine, asked, stream, keepAlive -> next(ctx, keepAlive));
            if (instead != null) {
                carryOut(ctx, asked, instead);
            }
        } else if (reply instanceof Refuse refuse) {
            refuse(ctx, asked, refuse);
        } else if (reply instanceof RetryLater later) {
            SoftRefusal.answer(ctx, asked, later);
            end();
        } else {
            Engine.log.warn("endpoint {} answered null (expected: a reply)", asked.request.uri());
            refuse(ctx, asked, new Refuse(500, "the endpoint failed"));
        }
    }

    private void giveUp(ChannelHandlerContext ctx, Asked asked) {
        if (ctx.channel().isActive() && current == asked) {
            Engine.log.warn(
                    "endpoint {} has not answered in time", asked.match.target().path());
            carryOut(ctx, asked, TOO_LATE);
        }
    }

    private void carryOutLater(
            ChannelHandlerContext ctx, Asked asked, @Nullable SseReply reply, @Nullable Throwable failure) {
        if (!ctx.channel().isActive() || current != asked) {
            return; // the client has gone meanwhile
        }
        if (failure != null) {
            asked.settled();
            Engine.log.warn("endpoint {} failed", asked.request.uri(), failure);
            refuse(ctx, asked, new Refuse(500, "the endpoint failed"));
        } else {
            carryOut(ctx, asked, reply);
        }
    }

    private void refuse(ChannelHandlerContext ctx, Asked asked, Refuse refuse) {
        boolean keepAlive = HttpUtil.isKeepAlive(asked.request)
                && refuse.status() != 500
                && refuse.status() != 413
                && !asked.body.isMalformed();
        Replies.refuse(ctx, asked.request, refuse, keepAlive, asked.answerHeaders);
        next(ctx, keepAlive);
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
            ctx.channel().config().setAutoRead(true);
        }
    }

    /** Counts the responses to what was passed on, so that ours keep their place in the order. */
    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        boolean ends = msg instanceof LastHttpContent
                && !(msg instanceof FullHttpResponse response
                        && response.status().codeClass() == HttpStatusClass.INFORMATIONAL);
        if (msg instanceof HttpChunkedInput) {
            // Its last content is made further down, when the rest of it has been written.
            ChannelPromise written = promise.unvoid();
            ctx.write(msg, written);
            written.addListener(done -> answered(ctx));
            return;
        }
        ctx.write(msg, promise);
        if (ends) {
            answered(ctx);
        }
    }

    private void answered(ChannelHandlerContext ctx) {
        if (unanswered > 0 && --unanswered == 0) {
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

package dev.freshet.netty;

import dev.freshet.netty.SseReply.Refuse;
import dev.freshet.netty.SseReply.Stream;
import dev.freshet.netty.SseReply.Subscribe;
import dev.freshet.netty.SseReply.When;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpChunkedInput;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The request door of one channel: takes the requests that are for an endpoint, one after the other and each only when
 * every response before it is written, and lets the others pass. Confined to the channel's event loop.
 */
final class RequestExchange extends ChannelDuplexHandler {
    private static final Refuse STOPPING = new Refuse(503, "the server is shutting down");

    private final Engine engine;
    private final Refuse tooLarge;

    /** The endpoint's request whose body is being read or that is being answered, or null. */
    private @Nullable HttpRequest current;

    /** Of the current request, once its endpoint was asked. */
    private @Nullable String lastEventId;

    private BodyReader body = new BodyReader(0);
    /** Its sender waits for a word before it sends the body. */
    private boolean continueDue;

    /** The current request is complete and not answered yet: what comes after it waits. */
    private boolean busy;

    private final Queue<Object> waiting = new ArrayDeque<>(0);
    /** Requests that were passed on and not answered yet. */
    private int unanswered;

    RequestExchange(Engine engine) {
        this.engine = engine;
        this.tooLarge = new Refuse(413, "body: over " + engine.options().bodyLimit() + " bytes");
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (busy) {
            // Reading stops only now: while nothing is pipelined, a client that leaves is noticed.
            waiting.add(msg);
            ctx.channel().config().setAutoRead(false);
        } else {
            take(ctx, msg);
        }
    }

    private void take(ChannelHandlerContext ctx, Object msg) {
        if (current == null && msg instanceof HttpRequest request) {
            if (request.decoderResult().isFailure() || !isEndpoints(request)) {
                unanswered++;
                ctx.fireChannelRead(msg);
                return;
            }
            current = request;
            begin(request, msg instanceof LastHttpContent);
        }
        if (current == null) {
            ctx.fireChannelRead(msg);
            return;
        }
        if (msg instanceof HttpContent content) {
            body.add(content.content());
        }
        boolean complete = msg instanceof LastHttpContent;
        ReferenceCountUtil.release(msg);
        if (complete || body.isTooLarge()) {
            busy = true;
            continueDue = false;
            if (unanswered == 0) {
                answer(ctx);
            }
        } else if (unanswered == 0) {
            askForBody(ctx);
        }
    }

    private void begin(HttpRequest request, boolean complete) {
        body = new BodyReader(engine.options().bodyLimit());
        continueDue = !complete && HttpUtil.is100ContinueExpected(request);
        if (continueDue) {
            body.announce(HttpUtil.getContentLength(request, 0L));
        }
    }

    private void askForBody(ChannelHandlerContext ctx) {
        if (continueDue) {
            continueDue = false;
            ctx.writeAndFlush(Replies.goOn());
        }
    }

    private boolean isEndpoints(HttpRequest request) {
        return find(engine.options().endpoints(), request) != null
                || find(engine.options().posts(), request) != null;
    }

    private @Nullable SseEndpoint endpointOf(HttpRequest request) {
        HttpMethod method = request.method();
        if (method.equals(HttpMethod.POST)) {
            return find(engine.options().posts(), request);
        }
        boolean reads = method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
        return reads ? find(engine.options().endpoints(), request) : null;
    }

    /** As in {@code Allow}. */
    private String methodsAt(HttpRequest request) {
        boolean reads = find(engine.options().endpoints(), request) != null;
        boolean posts = find(engine.options().posts(), request) != null;
        return (reads ? "GET, HEAD" : "") + (reads && posts ? ", " : "") + (posts ? "POST" : "");
    }

    private static @Nullable SseEndpoint find(Map<String, SseEndpoint> endpoints, HttpRequest request) {
        String uri = request.uri();
        int end = uri.indexOf('?');
        String path = end < 0 ? uri : uri.substring(0, end);
        SseEndpoint endpoint = endpoints.get(path);
        if (endpoint == null && path.indexOf('%') >= 0) {
            try {
                endpoint = endpoints.get(QueryStringDecoder.decodeComponent(path.replace("+", "%2B")));
            } catch (IllegalArgumentException e) {
                return null; // a malformed escape is no endpoint's path
            }
        }
        return endpoint;
    }

    private void answer(ChannelHandlerContext ctx) {
        HttpRequest request = current;
        if (request == null) {
            return;
        }
        SseEndpoint endpoint = endpointOf(request);
        SseReply reply;
        if (body.isTooLarge()) {
            reply = tooLarge;
        } else if (endpoint == null) {
            reply = new Refuse(405, "method: " + request.method() + " (expected: " + methodsAt(request) + ")");
        } else if (engine.isStopping()) {
            reply = STOPPING;
        } else {
            reply = ask(ctx, endpoint, request);
        }
        carryOut(ctx, request, reply);
    }

    private @Nullable SseReply ask(ChannelHandlerContext ctx, SseEndpoint endpoint, HttpRequest request) {
        SseRequest asked;
        try {
            asked = new SseRequest(request, body.bytes(), ctx.channel().remoteAddress());
            lastEventId = asked.lastEventId();
        } catch (IllegalArgumentException e) {
            return new Refuse(400, "query: " + e.getMessage());
        }
        try {
            return endpoint.handle(asked);
        } catch (RuntimeException | Error e) {
            Engine.log.warn("endpoint {} failed", asked.path(), e);
            return new Refuse(500, "the endpoint failed");
        }
    }

    private void carryOut(ChannelHandlerContext ctx, HttpRequest request, @Nullable SseReply reply) {
        if (reply instanceof When when) {
            when.stage()
                    .whenComplete((later, failure) ->
                            Engine.on(ctx.channel().eventLoop(), () -> carryOutLater(ctx, request, later, failure)));
        } else if (reply instanceof Subscribe subscribe) {
            Refuse instead =
                    engine.isStopping() ? STOPPING : Opening.open(ctx, engine, request, lastEventId, subscribe);
            if (instead != null) {
                refuse(ctx, request, instead);
            }
        } else if (reply instanceof Stream stream) {
            Refuse instead = engine.isStopping()
                    ? STOPPING
                    : FiniteOpening.open(ctx, engine, request, stream, keepAlive -> next(ctx, keepAlive));
            if (instead != null) {
                refuse(ctx, request, instead);
            }
        } else if (reply instanceof Refuse refuse) {
            refuse(ctx, request, refuse);
        } else {
            Engine.log.warn("endpoint {} answered null (expected: a reply)", request.uri());
            refuse(ctx, request, new Refuse(500, "the endpoint failed"));
        }
    }

    private void carryOutLater(
            ChannelHandlerContext ctx, HttpRequest request, @Nullable SseReply reply, @Nullable Throwable failure) {
        if (!ctx.channel().isActive() || current != request) {
            return; // the client has gone meanwhile
        }
        if (failure != null) {
            Engine.log.warn("endpoint {} failed", request.uri(), failure);
            refuse(ctx, request, new Refuse(500, "the endpoint failed"));
        } else {
            carryOut(ctx, request, reply);
        }
    }

    private void refuse(ChannelHandlerContext ctx, HttpRequest request, Refuse refuse) {
        boolean keepAlive = HttpUtil.isKeepAlive(request) && refuse.status() != 500 && refuse != tooLarge;
        Replies.refuse(ctx, request, refuse, keepAlive, methodsAt(request));
        next(ctx, keepAlive);
    }

    /** The current request is answered. */
    private void next(ChannelHandlerContext ctx, boolean keepAlive) {
        current = null;
        if (!keepAlive) {
            return; // stays busy: what follows is not looked at
        }
        busy = false;
        while (!busy && !waiting.isEmpty()) {
            take(ctx, waiting.remove());
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
            if (busy) {
                answer(ctx);
                ctx.flush();
            }
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        current = null;
        busy = false;
        for (Object msg = waiting.poll(); msg != null; msg = waiting.poll()) {
            ReferenceCountUtil.release(msg);
        }
    }
}

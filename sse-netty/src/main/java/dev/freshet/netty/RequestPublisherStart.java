package dev.freshet.netty;

import dev.freshet.event.ResumeOutcome;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpContentEncoder;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The start of a finite stream: subscription, head, and a pipeline without handlers that would delay it. */
final class RequestPublisherStart {
    private RequestPublisherStart() {}

    /**
     * Starts the stream and returns null, or returns the response if it cannot start. The consumer is called when it
     * has ended.
     */
    static @Nullable SseReply open(
            ChannelHandlerContext ctx,
            RequestEngine engine,
            RequestContext asked,
            SseReply.Stream reply,
            Consumer<Boolean> ended) {
        ReplyExpired expired =
                ReplyExpired.of(reply.terms.expiresAt(), asked.options.stream().clock());
        if (expired != null) {
            return expired;
        }
        StreamLimits.Permit permit = engine.limits().admit(asked.client, reply.terms.key());
        if (permit == null) {
            return ReplyLater.TOO_MANY;
        }
        StreamLease lease = new StreamLease(engine.origin(asked, true), reply.terms, permit);
        boolean begun = false;
        try {
            SseReply instead = begin(ctx, engine, asked, reply, lease, ended);
            begun = instead == null && !asked.isHead();
            return instead;
        } finally {
            if (!begun) {
                lease.end();
            }
        }
    }

    private static @Nullable SseReply begin(
            ChannelHandlerContext ctx,
            RequestEngine engine,
            RequestContext asked,
            SseReply.Stream reply,
            StreamLease lease,
            Consumer<Boolean> ended) {
        HttpRequest request = asked.request;
        boolean keepAlive = request.protocolVersion().isKeepAliveDefault()
                && HttpUtil.isKeepAlive(request)
                && (asked.isHead() || !losesTimeout(ctx));
        HttpResponse head = ResponseWriter.finiteHead(request, keepAlive, asked.answerHeaders());
        if (asked.isHead()) {
            ChannelFuture written = ctx.writeAndFlush(head);
            if (!keepAlive) {
                written.addListener(ChannelFutureListener.CLOSE);
            }
            lease.end(); // released before the next request may need it
            ended.accept(keepAlive);
            return null;
        }
        Channel channel = ctx.channel();
        StreamLoop loop = engine.loop(channel.eventLoop());
        List<RequestPausedTimeout> timeouts = new ArrayList<>();
        PublisherStream stream =
                new PublisherStream(loop, channel, lease, new FailureEvent(reply.failure), keepAlive, kept -> {
                    if (kept) {
                        timeouts.forEach(RequestPausedTimeout::resume);
                    }
                    ended.accept(kept);
                });
        long began = engine.holds().begin();
        try {
            reply.publisher.subscribe(stream.subscriber);
        } catch (RejectedExecutionException e) {
            stream.over();
            return ReplyLater.OVERLOADED;
        } catch (Throwable e) {
            stream.over();
            Log.warn("publisher of {} failed", asked.logPath(), e);
            engine.faults().doubt(e);
            return HttpAnswer.refusal(RefusalReason.FAILED, 500, "the publisher failed");
        } finally {
            engine.holds().end(began, "publisher", reply.publisher.getClass().getName());
        }
        if (engine.shutdown().hasBegun()) { // since the subscription
            stream.over();
            return ReplyLater.STOPPING;
        }
        Http2DataWriter.addTo(ctx.pipeline());
        makeWay(ctx, timeouts);
        if (!channel.isActive()) {
            stream.over();
            return null; // a removed handler has closed the channel
        }
        ctx.pipeline().addAfter(ctx.name(), HandlerNames.publisherStream(ctx.name()), stream);
        stream.head(head);
        if (!stream.open) {
            return null; // a handler has closed the channel at the head
        }
        loop.join(stream);
        engine.listener().opened(stream, ResumeOutcome.FRESH);
        engine.joined(stream, asked.received);
        stream.drain();
        return null;
    }

    /**
     * Returns whether the pipeline has a read timeout that cannot be put back at the end of the stream. The connection
     * is then closed with the stream.
     */
    private static boolean losesTimeout(ChannelHandlerContext ctx) {
        if (ctx.pipeline().context(IdleStateHandler.class) == null) {
            return false;
        }
        for (String name : ctx.pipeline().names()) {
            ChannelHandlerContext other = ctx.pipeline().context(name);
            if (other != null && other.handler() instanceof IdleStateHandler && !RequestPausedTimeout.canPause(other)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Removes compressors, which would delay the stream, before they see the head. Removes read timeouts, because a
     * client of a stream sends nothing, and adds those to the list that are to be put back.
     */
    private static void makeWay(ChannelHandlerContext ctx, List<RequestPausedTimeout> timeouts) {
        ctx.flush(); // writes what they hold of earlier responses
        for (String name : ctx.pipeline().names()) {
            ChannelHandlerContext other = ctx.pipeline().context(name);
            if (other == null) {
                continue; // the tail, or removed by another handler that was removed
            }
            ChannelHandler handler = other.handler();
            if (RequestPausedTimeout.canPause(other)) {
                timeouts.add(RequestPausedTimeout.pause(other));
            } else if (handler instanceof HttpContentEncoder || handler instanceof IdleStateHandler) {
                ctx.pipeline().remove(handler);
            }
        }
    }
}

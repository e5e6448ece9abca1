package dev.freshet.netty;

import dev.freshet.log.Start;
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
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** From the answer "stream" to a finite stream: subscription, head, and a pipeline that does not hold it back. */
final class RequestPublisherStart {
    private RequestPublisherStart() {}

    /** Returns what to refuse with where no stream can begin, else null; ended is then called when it is over. */
    static @Nullable SseReply open(
            ChannelHandlerContext ctx,
            RequestEngine engine,
            RequestContext asked,
            SseReply.Stream reply,
            Consumer<Boolean> ended) {
        ReplyExpired expired = ReplyExpired.of(reply.terms.expiresAt());
        if (expired != null) {
            return expired;
        }
        StreamLimits.Place place = engine.limits().admit(asked.client, reply.terms.key());
        if (place == null) {
            return ReplyLater.TOO_MANY;
        }
        StreamLease lease = new StreamLease(asked.options.stream(), reply.terms, place);
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
        boolean keepAlive =
                request.protocolVersion().isKeepAliveDefault() && HttpUtil.isKeepAlive(request) && !isTimed(ctx);
        HttpResponse head = ResponseWriter.finiteHead(request, keepAlive, asked.answerHeaders());
        if (asked.isHead()) {
            ChannelFuture written = ctx.writeAndFlush(head);
            if (!keepAlive) {
                written.addListener(ChannelFutureListener.CLOSE);
            }
            lease.end(); // before the next request may want its place
            ended.accept(keepAlive);
            return null;
        }
        Channel channel = ctx.channel();
        StreamLoop group = engine.group(channel.eventLoop());
        PublisherStream stream =
                new PublisherStream(group, channel, lease, new FailureEvent(reply.failure), keepAlive, ended);
        long began = engine.holds().begin();
        try {
            reply.publisher.subscribe(stream.intake);
        } catch (RejectedExecutionException e) {
            stream.over();
            return ReplyLater.OVERLOADED;
        } catch (Throwable e) {
            stream.over();
            Log.warn("publisher of {} failed", asked.place(), e);
            engine.faults().doubt(e);
            return HttpAnswer.refusal(500, "the publisher failed");
        } finally {
            engine.holds().end(began, "publisher", reply.publisher.getClass().getName());
        }
        if (engine.shutdown().hasBegun()) { // since it subscribed
            stream.over();
            return ReplyLater.STOPPING;
        }
        Http2DataWriter.watch(ctx.pipeline());
        makeWay(ctx);
        if (!channel.isActive()) {
            stream.over();
            return null; // a handler that left has ended it
        }
        ctx.pipeline().addAfter(ctx.name(), HandlerNames.publisherStream(ctx.name()), stream);
        stream.head(head);
        group.join(stream);
        engine.listener().opened(stream, Start.Outcome.FRESH);
        engine.joined(stream, asked.received);
        stream.drain();
        return null;
    }

    /** A client of a stream has nothing to say, so a read timeout cannot stay, and the connection not outlast it. */
    private static boolean isTimed(ChannelHandlerContext ctx) {
        return ctx.pipeline().get(IdleStateHandler.class) != null;
    }

    /** A compressor would hold the stream back: it goes before it sees the head, and so do read timeouts. */
    private static void makeWay(ChannelHandlerContext ctx) {
        ctx.flush(); // what they hold of earlier responses goes out first
        for (String name : ctx.pipeline().names()) {
            ChannelHandler handler = ctx.pipeline().get(name);
            if (handler instanceof HttpContentEncoder || handler instanceof IdleStateHandler) {
                ctx.pipeline().remove(handler);
            }
        }
    }
}

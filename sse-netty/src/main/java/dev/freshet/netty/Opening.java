package dev.freshet.netty;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.SseEvent;
import dev.freshet.log.Start;
import dev.freshet.netty.SseReply.Refuse;
import dev.freshet.netty.SseReply.Subscribe;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.HttpContentEncoder;
import io.netty.handler.codec.http.HttpObjectDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** From the answer "subscribe" to a stream: cursor, head, opening frame, and a pipeline that is a stream's. */
final class Opening {
    /** Low, so that a slow client is seen at once and waits in the log. */
    static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(16 << 10, 32 << 10);

    /** Enough for a head and an opening frame of usual length. */
    private static final int OPENING_BYTES = 512;

    private Opening() {}

    /** Returns what to answer where no stream can begin, else null. */
    static @Nullable SseReply open(
            ChannelHandlerContext ctx, Engine engine, Asked asked, Subscribe reply, @Nullable ServerPipeline server) {
        int most = engine.options().limits().topicsPerConnection();
        if (reply.topics.size() > most) {
            return new Refuse(400, "topics: " + reply.topics.size() + " (expected: at most " + most + ")");
        }
        Expired expired = Expired.of(reply.expiresAt);
        if (expired != null) {
            return expired;
        }
        if (reply.ending != null && reply.ending.isSeen(asked.lastEventId, reply.hub.latest())) {
            return SseReply.stop();
        }
        Admission.Ticket ticket = engine.admission().admit(asked.client, reply.key);
        if (ticket == null) {
            return SoftRefusal.TOO_MANY;
        }
        Lease lease = new Lease(reply.attributes, ticket, reply.expiresAt);
        boolean begun = false;
        try {
            SseReply instead = begin(ctx, engine, asked, reply, lease, server);
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
            Engine engine,
            Asked asked,
            Subscribe reply,
            Lease lease,
            @Nullable ServerPipeline server) {
        Start start;
        try {
            start = reply.hub.open(reply.topics, asked.lastEventId, reply.from);
        } catch (IllegalStateException e) {
            return SoftRefusal.HUB_CLOSED;
        }
        lease.keep(start.cursor());
        Start.Outcome outcome = told(start.outcome(), asked, reply);
        if (asked.isHead()) {
            ctx.write(Replies.streamHead(outcome, asked.answerHeaders()));
            ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT).addListener(ChannelFutureListener.CLOSE);
            return null;
        }
        List<SseEvent> snapshot = List.of();
        if (reply.snapshot != null && start.outcome() != Start.Outcome.RESUMED) {
            if (start.outcome() == Start.Outcome.RESET) {
                start = start.atLatest();
                lease.keep(start.cursor());
            }
            try {
                snapshot = List.copyOf(reply.snapshot.get()); // null, or an event that is null, is a failure too
            } catch (Throwable e) {
                Engine.log.warn("snapshot of {} failed", reply.topics, e);
                return new Refuse(500, "the snapshot failed");
            }
        }
        Channel channel = ctx.channel();
        LoopGroup group = engine.group(channel.eventLoop());
        StreamConnection connection = new StreamConnection(group, channel, start.cursor(), lease, reply.ending);
        ByteBuf opening = channel.alloc().ioBuffer(OPENING_BYTES);
        if (server == null || channel instanceof Http2StreamChannel) {
            removeHolders(ctx);
            ctx.write(Replies.streamHead(outcome, asked.answerHeaders())); // others may listen to its promise
        } else { // nothing between this and the codec wants to see the head
            server.leave(channel);
            Replies.writeStreamHead(opening, outcome, asked.answerHeaders());
        }
        writeOpeningFrame(opening, engine.options(), outcome, start, snapshot);
        becomeStream(ctx, connection);
        if (!connection.isOpen()) {
            opening.release();
            return null; // a handler that left has ended it
        }
        channel.config().setWriteBufferWaterMark(WATER_MARK);
        channel.config().setAutoRead(true);
        channel.write(opening, channel.voidPromise());
        group.follow(connection);
        Engine.call(() -> engine.options().listener().opened(connection, outcome));
        engine.joined(connection);
        connection.begin();
        return null;
    }

    /** A generation has its own start: who names no last event id has nothing of it yet, and resumes nothing. */
    private static Start.Outcome told(Start.Outcome outcome, Asked asked, Subscribe reply) {
        boolean named = asked.lastEventId != null && !asked.lastEventId.isEmpty();
        return reply.ending != null && !named && outcome == Start.Outcome.RESUMED ? Start.Outcome.FRESH : outcome;
    }

    private static void writeOpeningFrame(
            ByteBuf out, Options options, Start.Outcome outcome, Start start, List<SseEvent> snapshot) {
        SseEvent.Builder first = SseEvent.builder().comment(outcome.name().toLowerCase(Locale.ROOT));
        if (options.retry() != null) {
            first.retry(options.retry());
        }
        if (start.reset() == null) {
            first.id(start.position().toString());
            out.writeBytes(EventEncoder.encode(first.build()));
        } else {
            out.writeBytes(EventEncoder.encode(first.build()));
            out.writeBytes(EventEncoder.encode(start.reset().toEvent(start.position())));
        }
        for (SseEvent event : snapshot) {
            out.writeBytes(EventEncoder.encode(event));
        }
    }

    /** A compressor or a chunked writer would hold the stream back: it goes before it sees the head. */
    private static void removeHolders(ChannelHandlerContext ctx) {
        ctx.flush(); // what they hold of earlier responses goes out first
        for (String name : ctx.pipeline().names()) {
            ChannelHandler handler = ctx.pipeline().get(name);
            if (handler instanceof HttpContentEncoder || handler instanceof ChunkedWriteHandler) {
                ctx.pipeline().remove(handler);
            }
        }
    }

    /** The HTTP codec and all behind it leave, and so do read timeouts: a stream's client has nothing to say. */
    private static void becomeStream(ChannelHandlerContext ctx, StreamConnection connection) {
        ChannelPipeline pipeline = ctx.pipeline();
        pipeline.replace(ctx.handler(), ctx.name(), connection);
        while (connection.isOpen() && pipeline.last() != connection) {
            pipeline.removeLast();
        }
        boolean http = false;
        for (String name : pipeline.names()) {
            ChannelHandler handler = pipeline.get(name);
            http |= handler instanceof HttpServerCodec
                    || handler instanceof HttpObjectDecoder
                    || handler instanceof HttpResponseEncoder
                    || handler instanceof Http2StreamFrameToHttpObjectCodec;
            if (handler != null && handler != connection && (http || isForRequests(handler))) {
                pipeline.remove(handler);
            }
        }
        if (ctx.channel() instanceof Http2StreamChannel && pipeline.get(DataFrames.class) == null) {
            pipeline.addBefore(ctx.name(), null, new DataFrames());
        }
    }

    private static boolean isForRequests(ChannelHandler handler) {
        return handler instanceof IdleStateHandler || handler instanceof RequestClock || handler instanceof ReadGate;
    }
}

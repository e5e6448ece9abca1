package dev.freshet.netty;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.SseEvent;
import dev.freshet.log.Start;
import dev.freshet.log.StartRequest;
import dev.freshet.log.TooManyTopicsException;
import dev.freshet.log.TopicState;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
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
        Expired expired = Expired.of(reply.terms.expiresAt());
        if (expired != null) {
            return expired;
        }
        StreamLimits.Place place = engine.limits().admit(asked.client, reply.terms.key());
        if (place == null) {
            return SoftRefusal.TOO_MANY;
        }
        Lease lease = new Lease(reply.terms, place);
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
            StartRequest request = reply.start.lastEventId(asked.lastEventId);
            start = reply.hub.open(reply.topics, reply.snapshot == null ? request : request.resetToLatest());
        } catch (TooManyTopicsException e) {
            return SoftRefusal.TOO_MANY_TOPICS;
        } catch (IllegalStateException e) {
            return SoftRefusal.HUB_CLOSED;
        }
        lease.keep(start.cursor());
        SseReply unknown = reply.following == null ? null : reply.following.unknown();
        if (unknown != null && reply.hub.state(reply.topics.get(0)) == TopicState.UNKNOWN) {
            return unknown; // following it has made it known to nobody
        }
        Start.Outcome outcome = start.outcome();
        if (start.cursor().isAtEnd()
                && (outcome == Start.Outcome.RESUMED || outcome == Start.Outcome.FRESH && reply.snapshot == null)) {
            return SseReply.stop(); // all has been published that will ever be, and the client has it
        }
        Channel channel = ctx.channel();
        Framing framing = Framing.of(channel, asked.request);
        if (asked.isHead()) {
            lease.end();
            // Another encoder does not know that this answers HEAD: it would end a body in chunks.
            Framing told = ctx.pipeline().get(HttpServerCodec.class) == null ? Framing.PLAIN : framing;
            ctx.write(Replies.streamHead(outcome, told, asked.answerHeaders()));
            ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT).addListener(ChannelFutureListener.CLOSE);
            return null;
        }
        LoopGroup group = engine.group(channel.eventLoop());
        StreamConnection connection = new StreamConnection(group, channel, framing, reply.hub, start.cursor(), lease);
        engine.connections().revocations().follows(reply.hub);
        Supplier<List<SseEvent>> state = outcome == Start.Outcome.RESUMED ? null : reply.snapshot;
        boolean isCovered =
                state != null && asked.received.covers(connection); // it would get the state of after its end
        List<SseEvent> snapshot = List.of();
        if (state != null && !isCovered) {
            try {
                snapshot = List.copyOf(state.get()); // null, or an event that is null, is a failure too
                snapshot.forEach(reply.hub::checkEventId);
            } catch (Throwable e) {
                Engine.log.warn("snapshot of {} failed", reply.topics, e);
                engine.faults().doubt(e);
                return new Refuse(500, "the snapshot failed");
            }
        }
        List<byte[]> lines = isCovered // without a place, from which it would come back without the state
                ? List.of(engine.options().retry().line())
                : lines(engine.options(), reply, outcome, start, snapshot);
        ByteBuf opening = channel.alloc().ioBuffer(OPENING_BYTES);
        try {
            if (server == null || channel instanceof Http2StreamChannel) {
                removeHolders(ctx);
                ctx.write(Replies.streamHead(outcome, framing, asked.answerHeaders())); // others may listen to it
            } else { // nothing between this and the codec wants to see the head
                server.leave(channel);
                Replies.writeStreamHead(opening, outcome, framing, asked.answerHeaders());
            }
            framing.frame(lines, opening);
            becomeStream(ctx, connection);
            if (!connection.isOpen()) {
                return null; // a handler that left has ended it
            }
            channel.config().setWriteBufferWaterMark(WATER_MARK);
            channel.config().setAutoRead(true);
            if (opening.isReadable()) { // else over HTTP/2 it would be the end
                channel.write(opening.retain(), channel.voidPromise());
            }
        } finally {
            opening.release();
        }
        group.follow(connection);
        Engine.call(() -> engine.options().listener().opened(connection, outcome));
        engine.joined(connection, asked.received);
        connection.begin();
        return null;
    }

    /**
     * What a stream begins with. A generation begins with its first event: its clients have nothing to resume before. The id
     * stands on the last event of a snapshot, so that a client that is cut off before gets all of it anew.
     */
    private static List<byte[]> lines(
            Options options, Subscribe reply, Start.Outcome outcome, Start start, List<SseEvent> snapshot) {
        List<byte[]> lines = new ArrayList<>(2 + snapshot.size());
        if (reply.following == null) {
            lines.add(options.retry().line());
        }
        SseEvent first = first(options, reply, outcome, start);
        if (snapshot.isEmpty()) {
            if (first != null) {
                lines.add(EventEncoder.encode(first));
            }
            return lines;
        }
        if (first != null && first.data() != null) {
            lines.add(EventEncoder.encode(withId(first, null)));
        }
        SseEvent last = snapshot.get(snapshot.size() - 1);
        snapshot.subList(0, snapshot.size() - 1).forEach(event -> lines.add(EventEncoder.encode(event)));
        String place = first == null || last.id() != null ? last.id() : first.id();
        lines.add(EventEncoder.encode(withId(last, place)));
        return lines;
    }

    /** What tells the place, or null where nothing does. */
    private static @Nullable SseEvent first(Options options, Subscribe reply, Start.Outcome outcome, Start start) {
        StreamOpening opening = reply.terms.opening() == null ? options.opening() : reply.terms.opening();
        if (start.reset() != null) {
            return start.reset().toEvent(start.position());
        }
        if (reply.following != null || opening == StreamOpening.NONE) {
            return null;
        }
        SseEvent.Builder first = SseEvent.builder().id(start.id());
        if (opening == StreamOpening.EVENT) {
            first.type("stream-open").data("{\"resume\":\"" + outcome.name().toLowerCase(Locale.ROOT) + "\"}");
        }
        return first.build();
    }

    private static SseEvent withId(SseEvent event, @Nullable String id) {
        SseEvent.Builder changed = SseEvent.builder();
        if (id != null) {
            changed.id(id);
        }
        if (event.type() != null) {
            changed.type(event.type());
        }
        if (event.data() != null) {
            changed.data(event.data());
        }
        if (event.retry() != null) {
            changed.retry(event.retry());
        }
        if (event.comment() != null) {
            changed.comment(event.comment());
        }
        return changed.build();
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
        return handler instanceof IdleStateHandler
                || handler instanceof RequestClock
                || handler instanceof ReadGate
                || handler instanceof UndecodedBytes;
    }
}

package dev.freshet.netty;

import dev.freshet.event.ResumeOutcome;
import dev.freshet.log.Snapshot;
import dev.freshet.log.Start;
import dev.freshet.log.StartRequest;
import dev.freshet.log.TooManyTopicsException;
import dev.freshet.log.TopicState;
import dev.freshet.netty.SseReply.Subscribe;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpContentEncoder;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObjectDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The start of a hub's stream: cursor, head, opening lines, and the pipeline of a stream. */
final class RequestHubStart {
    /** The initial size of a buffer for a head and opening lines. */
    private static final int OPENING_BYTES = 512;

    private RequestHubStart() {}

    /** Starts the stream and returns null, or returns the response if it cannot start. */
    static @Nullable SseReply open(
            ChannelHandlerContext ctx,
            RequestEngine engine,
            RequestContext asked,
            Subscribe reply,
            @Nullable RequestServerHook server) {
        int most = engine.options().limits().topicsPerConnection();
        if (reply.topics.size() > most) {
            return HttpAnswer.refusal(
                    RefusalReason.TOPICS, 400, "topics: " + reply.topics.size() + " (expected: at most " + most + ")");
        }
        ReplyExpired expired =
                ReplyExpired.of(reply.terms.expiresAt(), asked.options.stream().clock());
        if (expired != null) {
            return expired;
        }
        if (!reply.hub.isLoaded() && !reply.hub.isClosed()) { // the opening of a closed hub reports that it is closed
            return ReplyLater.NOT_LOADED;
        }
        StreamLease lease = asked.takeLease();
        if (lease == null) {
            StreamLimits.Permit permit = engine.limits().admit(asked.client, reply.terms.key());
            if (permit == null) {
                return ReplyLater.TOO_MANY;
            }
            lease = new StreamLease(engine.origin(asked, false), reply.terms, permit);
        }
        boolean isHeld = false;
        try {
            Duration patience = engine.options().limits().answerTimeout();
            SseReply untilStarted = reply.following == null ? null : reply.following.awaitStart(reply, patience);
            if (untilStarted != null) {
                asked.waitsWith(lease);
                isHeld = true;
                return untilStarted;
            }
            CompletableFuture<Void> ahead = asked.lastEventId == null || asked.hasWaitedForPosition
                    ? null
                    : reply.hub.awaitPosition(asked.lastEventId);
            if (ahead != null) {
                asked.hasWaitedForPosition = true;
                asked.waitsWith(lease);
                isHeld = true;
                return RequestHubWait.forPosition(ahead, reply, patience);
            }
            SseReply instead = begin(ctx, engine, asked, reply, lease, server);
            isHeld = instead == null && !asked.isHead();
            return instead;
        } finally {
            if (!isHeld) {
                lease.end();
            }
        }
    }

    private static @Nullable SseReply begin(
            ChannelHandlerContext ctx,
            RequestEngine engine,
            RequestContext asked,
            Subscribe reply,
            StreamLease lease,
            @Nullable RequestServerHook server) {
        HubState state = reply.state == null ? null : reply.state.now();
        Start start;
        try {
            StartRequest request = reply.start.lastEventId(asked.lastEventId);
            if (state == null) {
                start = reply.hub.open(reply.topics, request);
            } else {
                start = asked.isHead()
                        ? reply.hub.open(reply.topics, request.resetToLatest())
                        : state.open(reply.hub, reply.topics, request);
                if (start == null) {
                    return RequestHubWait.forSnapshot(state, reply, engine.faults());
                }
            }
        } catch (TooManyTopicsException e) {
            return ReplyLater.TOO_MANY_TOPICS;
        } catch (IllegalStateException e) {
            return ReplyLater.HUB_CLOSED;
        }
        ResumeOutcome outcome = start.outcome();
        lease.keep(start.cursor());
        boolean hasState = state != null && outcome != ResumeOutcome.RESUMED;
        Snapshot snapshot = state == null || !hasState || asked.isHead() ? null : state.snapshot();
        if (snapshot != null) {
            lease.keep(snapshot);
        }
        SseReply unknown = reply.following == null ? null : reply.following.unknown();
        if (unknown != null && reply.hub.state(reply.topics.get(0)) == TopicState.UNKNOWN) {
            return unknown; // an opened topic is unknown until its generation starts
        }
        if (start.cursor().isAtEnd()
                && (outcome == ResumeOutcome.RESUMED || outcome == ResumeOutcome.FRESH && state == null)) {
            return SseReply.stop(); // all that will ever be published is published, and the client has it
        }
        Channel channel = ctx.channel();
        StreamFraming framing = StreamFraming.of(channel, asked.request);
        boolean gzip = asked.takesGzip();
        HttpHeaders headers = asked.streamHeaders(gzip);
        if (asked.isHead()) {
            lease.end();
            // Another encoder has no state of a HEAD request, and would end a body in chunks.
            StreamFraming told = ctx.pipeline().get(HttpServerCodec.class) == null ? StreamFraming.PLAIN : framing;
            ctx.write(ResponseWriter.streamHead(outcome, told, headers));
            ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT).addListener(ChannelFutureListener.CLOSE);
            return null;
        }
        HubLoop loop = engine.loop(channel.eventLoop());
        HubBody body = gzip ? new HubGzipBody(framing) : HubIdentityBody.of(framing);
        HubStream connection = new HubStream(loop, channel, body, reply.hub, start.cursor(), lease);
        engine.connections().revocations().follows(reply.hub);
        List<byte[]> lines = new ArrayList<>(3);
        byte[] first = {};
        if (hasState && asked.received.covers(connection)) {
            // A snapshot would show the state after its end. A position is not sent either, as a client would resume
            // from it without the snapshot.
            lines.add(asked.options.stream().retry().line());
        } else {
            HubOpeningLines opening =
                    new HubOpeningLines(asked.options.stream(), reply.terms, reply.following != null, start);
            HubStatePieces pieces = null;
            if (state != null && hasState) {
                long began = engine.holds().begin();
                try {
                    pieces = state.pieces(reply.hub, loop, channel.alloc(), body, opening.id());
                } catch (Throwable e) {
                    Log.warn("snapshot of {} failed", reply.topics, e);
                    engine.faults().doubt(e);
                    return RequestHubWait.SNAPSHOT_FAILED;
                } finally {
                    engine.holds().end(began, "snapshot of", reply.topics);
                }
            }
            lines.addAll(opening.lines(pieces != null && pieces.hasNext()));
            if (pieces != null) {
                first = loop.unsent().isOver() ? first : pieces.first();
                lines.add(first);
                connection.state = pieces.hasNext() ? new HubStateWriter(connection, pieces) : null;
            }
        }
        if (connection.state == null) {
            lease.releaseSnapshot();
        }
        ChannelFuture begun = null;
        ByteBuf opening = channel.alloc().ioBuffer(OPENING_BYTES + first.length);
        try {
            boolean isConnection = !(channel instanceof Http2StreamChannel);
            if (server != null && isConnection) {
                server.leave(channel);
            }
            if (server == null || !isConnection || server.hasHandlersBefore(ctx)) {
                removeHolders(ctx);
                ctx.write(
                        // other handlers may observe it
                        ResponseWriter.streamHead(outcome, framing, headers));
            } else { // no handler between this and the codec needs the head
                ResponseWriter.writeStreamHead(opening, outcome, framing, headers);
            }
            body.begin(lines, opening);
            becomeStream(ctx, connection);
            if (!connection.isOpen()) {
                return null; // a removed handler has closed the channel
            }
            channel.config().setWriteBufferWaterMark(StreamBase.WATER_MARK);
            channel.config().setAutoRead(true);
            if (opening.isReadable()) { // over HTTP/2 an empty buffer would end the stream
                connection.writes.wrote(EventLoops.nanoTime(channel.eventLoop()));
                // A slice cannot grow: TLS appends the next bytes to a small buffer.
                ChannelFuture written = channel.write(
                        first.length == 0 ? opening.retain() : opening.retainedSlice(),
                        connection.state == null ? channel.voidPromise() : channel.newPromise());
                if (first.length > 0) {
                    begun = written;
                    loop.unsent().madeForOne(opening.retain());
                }
            }
        } finally {
            opening.release();
        }
        if (start.reset() != null) {
            engine.counts().reset(start.reset().reason());
        }
        loop.follow(connection);
        engine.listener().opened(connection, outcome);
        engine.joined(connection, asked.received);
        connection.begin(begun);
        return null;
    }

    /** Removes compressors and chunked writers, which would delay the stream, before they see the head. */
    private static void removeHolders(ChannelHandlerContext ctx) {
        ctx.flush(); // writes what they hold of earlier responses
        for (String name : ctx.pipeline().names()) {
            ChannelHandler handler = ctx.pipeline().get(name);
            if (handler instanceof HttpContentEncoder || handler instanceof ChunkedWriteHandler) {
                ctx.pipeline().remove(handler);
            }
        }
    }

    /**
     * Replaces the request handler by the stream, and removes the HTTP codec, all behind it, and read timeouts, because
     * a client of a stream sends nothing.
     */
    private static void becomeStream(ChannelHandlerContext ctx, HubStream connection) {
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
        if (ctx.channel() instanceof Http2StreamChannel && pipeline.get(Http2DataWriter.class) == null) {
            pipeline.addBefore(ctx.name(), HandlerNames.DATA_WRITER, new Http2DataWriter());
        }
    }

    private static boolean isForRequests(ChannelHandler handler) {
        return handler instanceof IdleStateHandler
                || handler instanceof RequestTimeouts
                || handler instanceof IncomingBackpressure
                || handler instanceof IncomingHttp1Bytes;
    }
}

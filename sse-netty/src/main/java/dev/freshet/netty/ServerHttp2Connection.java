package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection of an {@link SseServer}; the last handler of its pipeline. An idle connection is closed after a
 * timeout. While the server drains, the connection is closed after its last request, in the two steps of RFC 9113 6.8.
 * It first sends GOAWAY with the greatest stream id and a PING. Once the peer has acknowledged the PING, and so has
 * received the GOAWAY, it sends GOAWAY with the id of the last stream that it has accepted. Requests that precede
 * either are answered. Confined to its event loop.
 */
final class ServerHttp2Connection extends ChannelDuplexHandler implements ServerConnections.Draining {
    private static final long CLOSE_MILLIS = 1_000;
    private static final int RESET_WINDOW_SECONDS = 30;
    private static final int FEWEST_RESETS = 200;

    private final Channel channel;
    private final ServerConnections connections;
    private final Faults faults;
    private final long idleNanos;
    /** The number of open requests. */
    private int requests;

    private boolean draining;
    /** Whether the last GOAWAY was sent, by which the peer learns that later requests are not processed. */
    private boolean lastSent;

    /** The idle timeout, while no request is open. */
    private @Nullable ScheduledFuture<?> idleTimeout;

    private ServerHttp2Connection(Channel channel, ServerConnections connections, Faults faults, Limits limits) {
        this.faults = faults;
        this.idleNanos = limits.idleTimeout().toNanos();
        this.channel = channel;
        this.connections = connections;
    }

    /**
     * Adds the handlers for HTTP/2 to the pipeline of a connection.
     *
     * @param maxStreams the number of requests that may be open at a time
     * @param handlers appends the handlers of a request to the pipeline of its child channel
     */
    static void begin(
            ChannelPipeline pipeline,
            ServerConnections connections,
            RequestEngine engine,
            Limits limits,
            IncomingConnectionBudget budget,
            int maxStreams,
            Consumer<ChannelPipeline> handlers) {
        assert pipeline.channel().eventLoop().inEventLoop();
        Faults faults = engine.faults();
        ServerHttp2Connection connection = new ServerHttp2Connection(pipeline.channel(), connections, faults, limits);
        Runnable onMalformed = () -> engine.counts().refused(RefusalReason.MALFORMED, 400);
        Http2RequestCodec frames = new Http2RequestCodec(faults, onMalformed);
        // The writes of one pass of the fan-out to the streams of this connection are flushed together.
        pipeline.addLast(HandlerNames.FLUSH_CONSOLIDATION, new Http2FlushConsolidation());
        pipeline.addLast(HandlerNames.CODEC_BYTES, new IncomingHttp2Bytes(budget, faults));
        pipeline.addLast(HandlerNames.CODEC, codec(maxStreams, limits));
        pipeline.addLast(HandlerNames.FRAME_RULES, new Http2FrameRules());
        pipeline.addLast(HandlerNames.UNREAD_DATA, new IncomingHttp2Data(budget));
        pipeline.addLast(HandlerNames.STREAMS, new Http2MultiplexHandler(new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel request) {
                connection.began(request);
                RequestTimeouts timeouts = new RequestTimeouts(engine, limits, () -> false);
                ChannelPipeline child = request.pipeline();
                child.addLast(HandlerNames.PSEUDO_HEADERS, new Http2PseudoHeaders(faults, onMalformed));
                child.addLast(HandlerNames.REQUEST_END, new Http2RequestEnd());
                child.addLast(HandlerNames.DATA_WRITER, new Http2DataWriter());
                child.addLast(HandlerNames.TIMEOUTS, timeouts);
                child.addLast(HandlerNames.CODEC, frames);
                child.addLast(HandlerNames.MESSAGE_TIMEOUTS, timeouts.messages());
                handlers.accept(child);
            }
        }));
        pipeline.addLast(HandlerNames.CONNECTION, connection);
        connection.scheduleIdleTimeout(limits.requestTimeout().toNanos());
        connections.began(pipeline.channel(), connection);
    }

    private static Http2FrameCodec codec(int maxStreams, Limits limits) {
        // A browser resets all streams of a page that is left, and again of one that is reloaded.
        int resets = Math.max(FEWEST_RESETS, (int) Math.min(Integer.MAX_VALUE, 2L * maxStreams));
        return Http2FrameCodecBuilder.forServer()
                .initialSettings(Http2Settings.defaultSettings()
                        .maxConcurrentStreams(maxStreams)
                        .maxHeaderListSize(limits.headerBytes()))
                .decoderEnforceMaxRstFramesPerWindow(resets, RESET_WINDOW_SECONDS)
                .encoderEnforceMaxRstFramesPerWindow(resets, RESET_WINDOW_SECONDS)
                .gracefulShutdownTimeoutMillis(
                        CLOSE_MILLIS) // for a peer that reads nothing; the streams have ended before
                .build();
    }

    private void began(Channel request) {
        requests++;
        cancelIdleTimeout();
        request.closeFuture().addListener(ended -> {
            if (--requests == 0 && channel.isActive()) { // else nothing would cancel the timeout
                scheduleIdleTimeout(idleNanos);
            }
            if (lastSent) {
                // After this call, which may precede the END_STREAM of the last stream.
                EventLoops.execute(channel.eventLoop(), this::endIfIdle);
            }
        });
    }

    private void scheduleIdleTimeout(long nanos) {
        idleTimeout = channel.eventLoop().schedule(this::endIfIdle, nanos, TimeUnit.NANOSECONDS);
    }

    private void cancelIdleTimeout() {
        if (idleTimeout != null) {
            idleTimeout.cancel(false);
            idleTimeout = null;
        }
    }

    private void endIfIdle() {
        if (requests == 0) {
            channel.close(); // sends GOAWAY first
        }
    }

    @Override
    public void drain() {
        assert channel.eventLoop().inEventLoop();
        if (!draining && channel.isActive()) {
            draining = true;
            channel.write(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR).setExtraStreamIds(Integer.MAX_VALUE));
            channel.writeAndFlush(new DefaultHttp2PingFrame(0));
        }
    }

    @Override
    public boolean finish() {
        drain(); // its task may still be queued
        sendLastGoAway();
        return requests > 0;
    }

    private void sendLastGoAway() {
        if (draining && !lastSent) {
            lastSent = true;
            channel.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
        }
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        sendLastGoAway(); // if the PING was not acknowledged
        ctx.close(promise);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        cancelIdleTimeout();
        connections.ended(channel);
    }

    /** Receives SETTINGS, PING and GOAWAY of the peer, after the codec has processed them. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (draining && msg instanceof Http2PingFrame ping && ping.ack()) {
            sendLastGoAway();
            endIfIdle();
        }
        ReferenceCountUtil.release(msg);
    }

    /** Called when the codec has sent GOAWAY and closes the connection. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        VanishedPeer.note(channel, cause);
        faults.failed("connection", channel, cause);
    }
}

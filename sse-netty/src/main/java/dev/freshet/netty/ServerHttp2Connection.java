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
 * One HTTP/2 connection of an {@link SseServer}; the last handler of its pipeline. It ends where no request comes for a
 * while. While the server drains it ends with its last request, in the two steps of RFC 9113 6.8: it tells GOAWAY with
 * the greatest stream id, and once its peer has answered a ping, and so has heard that, GOAWAY with the last id that it
 * has taken. Requests from before either are answered. Confined to its event loop.
 */
final class ServerHttp2Connection extends ChannelDuplexHandler implements ServerConnections.Draining {
    private static final long CLOSE_MILLIS = 1_000;
    private static final int RESET_WINDOW_SECONDS = 30;
    private static final int FEWEST_RESETS = 200;

    private final Channel channel;
    private final ServerConnections connections;
    private final Faults faults;
    private final long idleNanos;
    private int requests;
    private boolean draining;
    /** The last GOAWAY is told: of later requests the peer knows that nobody looks at them. */
    private boolean full;

    /** Ends the connection where no request comes; while there is none. */
    private @Nullable ScheduledFuture<?> idling;

    private ServerHttp2Connection(Channel channel, ServerConnections connections, Faults faults, Limits limits) {
        this.faults = faults;
        this.idleNanos = limits.idleTimeout().toNanos();
        this.channel = channel;
        this.connections = connections;
    }

    /**
     * Makes a connection's pipeline one that speaks HTTP/2.
     *
     * @param maxStreams how many requests it may have open at a time
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
        Faults faults = engine.faults();
        ServerHttp2Connection connection = new ServerHttp2Connection(pipeline.channel(), connections, faults, limits);
        Http2RequestCodec frames = new Http2RequestCodec(faults);
        // All that one pass of the fan-out writes to the streams of this connection goes out in one flush.
        pipeline.addLast(HandlerNames.FLUSH_CONSOLIDATION, new Http2FlushConsolidation());
        pipeline.addLast(HandlerNames.CODEC_BYTES, new IncomingHttp2Bytes(budget, faults));
        pipeline.addLast(HandlerNames.CODEC, codec(maxStreams, limits));
        pipeline.addLast(HandlerNames.FRAME_RULES, new Http2FrameRules());
        pipeline.addLast(HandlerNames.UNREAD_DATA, new IncomingHttp2Data(budget));
        pipeline.addLast(HandlerNames.STREAMS, new Http2MultiplexHandler(new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel request) {
                connection.began(request);
                RequestTimeouts clock = new RequestTimeouts(engine, limits, () -> false);
                ChannelPipeline child = request.pipeline();
                child.addLast(HandlerNames.PSEUDO_HEADERS, new Http2PseudoHeaders(faults));
                child.addLast(HandlerNames.REQUEST_END, new Http2RequestEnd());
                child.addLast(HandlerNames.DATA_WRITER, new Http2DataWriter());
                child.addLast(HandlerNames.TIMEOUTS, clock);
                child.addLast(HandlerNames.CODEC, frames);
                child.addLast(HandlerNames.MESSAGE_TIMEOUTS, clock.messages());
                handlers.accept(child);
            }
        }));
        pipeline.addLast(HandlerNames.CONNECTION, connection);
        connection.idle(limits.requestTimeout().toNanos());
        connections.began(pipeline.channel(), connection);
    }

    private static Http2FrameCodec codec(int maxStreams, Limits limits) {
        // A page that is left resets all its streams at once, and one that is reloaded does it again.
        int resets = Math.max(FEWEST_RESETS, (int) Math.min(Integer.MAX_VALUE, 2L * maxStreams));
        return Http2FrameCodecBuilder.forServer()
                .initialSettings(Http2Settings.defaultSettings()
                        .maxConcurrentStreams(maxStreams)
                        .maxHeaderListSize(limits.headerBytes()))
                .decoderEnforceMaxRstFramesPerWindow(resets, RESET_WINDOW_SECONDS)
                .encoderEnforceMaxRstFramesPerWindow(resets, RESET_WINDOW_SECONDS)
                .gracefulShutdownTimeoutMillis(CLOSE_MILLIS) // for a peer that reads nothing: streams have ended before
                .build();
    }

    private void began(Channel request) {
        requests++;
        stopIdling();
        request.closeFuture().addListener(ended -> {
            if (--requests == 0 && channel.isActive()) { // else nothing would stop the clock
                idle(idleNanos);
            }
            if (full) {
                // Not in the middle of the last stream's end: its END_STREAM goes first.
                EventLoops.execute(channel.eventLoop(), this::endIfIdle);
            }
        });
    }

    private void idle(long nanos) {
        idling = channel.eventLoop().schedule(this::endIfIdle, nanos, TimeUnit.NANOSECONDS);
    }

    private void stopIdling() {
        if (idling != null) {
            idling.cancel(false);
            idling = null;
        }
    }

    private void endIfIdle() {
        if (requests == 0) {
            channel.close(); // which tells GOAWAY first
        }
    }

    @Override
    public void drain() {
        if (!draining && channel.isActive()) {
            draining = true;
            channel.write(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR).setExtraStreamIds(Integer.MAX_VALUE));
            channel.writeAndFlush(new DefaultHttp2PingFrame(0));
        }
    }

    @Override
    public boolean finish() {
        drain(); // whose turn may not have come
        takeNoMore();
        return requests > 0;
    }

    private void takeNoMore() {
        if (draining && !full) {
            full = true;
            channel.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
        }
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        takeNoMore(); // where the ping was not answered
        ctx.close(promise);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        stopIdling();
        connections.ended(channel);
    }

    /** The peer's settings, its own pings and GOAWAY were heeded by the codec. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (draining && msg instanceof Http2PingFrame ping && ping.ack()) {
            takeNoMore();
            endIfIdle();
        }
        ReferenceCountUtil.release(msg);
    }

    /** The codec has answered it: GOAWAY, and the end of the connection. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        VanishedPeer.note(channel, cause);
        faults.failed("connection", channel, cause);
    }
}

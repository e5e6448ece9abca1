package dev.freshet.netty;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a connection of an {@link SseServer} passes through: TLS where the server has it, then HTTP/1.1 or HTTP/2, then
 * the handlers of requests, which are the same for both. An HTTP/1.1 connection is one channel; an HTTP/2 connection
 * has a child channel for each request, and that is the one the request's handlers see.
 */
final class ServerPipeline extends ChannelInitializer<Channel> implements RequestServerHook {
    /** A peer that reads nothing does not learn that TLS has ended, and keeps the connection for no longer than this. */
    private static final long TLS_CLOSE_MILLIS = 250;

    /** As by default, but for the most, so that no buffer is much larger than what is left of a read in it. */
    private static final RecvByteBufAllocator READS =
            new AdaptiveRecvByteBufAllocator(64, 2 << 10, 16 << 10).maxMessagesPerRead(16);

    /** How far the door is behind the codec, where nobody has put anything in between: the clock is. */
    private static final int OWN_BEFORE = 2;

    static final Consumer<ChannelPipeline> NO_MORE = pipeline -> {};

    private final SseHandler handler;
    private final Consumer<ChannelPipeline> more;
    private final @Nullable SslContext tls;
    private final int maxStreams;
    private final ServerConnections connections;
    private final Limits limits;

    ServerPipeline(
            SseHandler handler,
            Limits limits,
            Consumer<ChannelPipeline> more,
            @Nullable SslContext tls,
            int maxStreams,
            ServerConnections connections) {
        this.handler = handler;
        this.limits = limits;
        this.more = more;
        this.tls = tls;
        this.maxStreams = maxStreams;
        this.connections = connections;
    }

    @Override
    protected void initChannel(Channel channel) {
        connections.add(channel);
        channel.config().setRecvByteBufAllocator(READS);
        ChannelPipeline pipeline = channel.pipeline();
        if (tls == null) {
            pipeline.addLast(HandlerNames.TIMEOUTS, clock());
            pipeline.addLast(HandlerNames.PROTOCOL, new ServerHttp2Preface(faults(), this::http1, this::http2));
            return;
        }
        SslHandler handshake = tls.newHandler(channel.alloc());
        handshake.setCloseNotifyFlushTimeoutMillis(TLS_CLOSE_MILLIS);
        pipeline.addLast(HandlerNames.WRITE_FAILURES, ServerWriteFailures.INSTANCE);
        pipeline.addLast(HandlerNames.NO_RENEGOTIATION, new ServerNoRenegotiation(faults()));
        pipeline.addLast(HandlerNames.TLS, handshake);
        pipeline.addLast(HandlerNames.TIMEOUTS, clock());
        pipeline.addLast(HandlerNames.PROTOCOL, new ServerAlpn(faults(), this::http1, this::http2));
    }

    private Faults faults() {
        return handler.engine().faults();
    }

    private RequestTimeouts clock() {
        return new RequestTimeouts(handler.engine(), limits, connections::isDraining);
    }

    private void http1(ChannelPipeline pipeline) {
        IncomingConnectionBudget budget = handler.engine().requests().connection();
        IncomingHttp1Bytes undecoded =
                new IncomingHttp1Bytes(budget, pipeline.channel().eventLoop());
        pipeline.addLast(HandlerNames.CODEC_BYTES, undecoded);
        pipeline.addLast(HandlerNames.CODEC, undecoded.codec(limits));
        pipeline.addLast(
                HandlerNames.MESSAGE_TIMEOUTS,
                pipeline.get(RequestTimeouts.class).messages());
        requests(pipeline, budget, undecoded);
    }

    private void http2(ChannelPipeline pipeline) {
        pipeline.remove(RequestTimeouts.class); // each request has one of its own
        if (tls == null) {
            pipeline.addFirst(HandlerNames.WRITE_FAILURES, ServerWriteFailures.INSTANCE);
        }
        pipeline.addLast(HandlerNames.BACKPRESSURE, new IncomingBackpressure());
        IncomingConnectionBudget budget = handler.engine().requests().connection();
        ServerHttp2Connection.begin(
                pipeline,
                connections,
                handler.engine(),
                limits,
                budget,
                maxStreams,
                request -> requests(request, budget, null));
    }

    private void requests(
            ChannelPipeline pipeline, IncomingConnectionBudget budget, @Nullable IncomingHttp1Bytes undecoded) {
        ChannelHandler door = new RequestHandler(handler.engine(), budget, this, undecoded);
        pipeline.addLast(HandlerNames.REQUESTS, door);
        more.accept(pipeline);
        if (pipeline.last() != door) {
            pipeline.addLast(
                    HandlerNames.NOT_FOUND, new RequestNotFound(handler.engine())); // for what those handlers throw
        }
    }

    @Override
    public void complete(ChannelHandlerContext door) {
        ChannelPipeline pipeline = door.pipeline();
        if (pipeline.last() == door.handler()) {
            pipeline.addLast(HandlerNames.NOT_FOUND, new RequestNotFound(handler.engine()));
        }
        pipeline.addAfter(
                door.name(),
                HandlerNames.guard(door.name()),
                new RequestGuard(handler.engine(), RequestGuard.Place.FIRST)); // the door answers in turn, too
        ChannelHandlerContext codec = pipeline.context(HttpServerCodec.class);
        if (codec != null) {
            pipeline.addBefore(codec.name(), HandlerNames.BACKPRESSURE, new IncomingBackpressure());
        }
    }

    @Override
    public boolean hasHandlersBefore(ChannelHandlerContext door) {
        if (more == NO_MORE) {
            return false;
        }
        ChannelHandlerContext codec = door.pipeline().context(HttpServerCodec.class);
        List<String> names = door.pipeline().names();
        return codec != null && names.indexOf(door.name()) - names.indexOf(codec.name()) > OWN_BEFORE;
    }

    @Override
    public void leave(Channel channel) {
        connections.remove(channel);
    }
}

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
 * The initializer of the pipelines of an {@link SseServer}: TLS if the server has it, then HTTP/1.1 or HTTP/2, then the
 * handlers of requests, which are the same for both. An HTTP/1.1 connection is one channel. An HTTP/2 connection has a
 * child channel for each request, to which the handlers of the request are added. Thread-safe.
 */
final class ServerPipeline extends ChannelInitializer<Channel> implements RequestServerHook {
    /** The time to flush close_notify to a peer that reads nothing; then the connection is closed without it. */
    private static final long TLS_CLOSE_MILLIS = 250;

    /**
     * The allocator of read buffers: Netty's default with a lower maximum, so that no buffer is much larger than the
     * bytes that a read leaves in it.
     */
    private static final RecvByteBufAllocator READS =
            new AdaptiveRecvByteBufAllocator(64, 2 << 10, 16 << 10).maxMessagesPerRead(16);

    /**
     * The distance of the request handler from the codec without handlers of the application: the timeouts are between.
     */
    private static final int OWN_BEFORE = 2;

    /** The default of {@link SseServer.Builder#requests}, which adds no handler. */
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
            pipeline.addLast(HandlerNames.TIMEOUTS, timeouts());
            pipeline.addLast(HandlerNames.PROTOCOL, new ServerHttp2Preface(faults(), this::http1, this::http2));
            return;
        }
        SslHandler handshake = tls.newHandler(channel.alloc());
        handshake.setCloseNotifyFlushTimeoutMillis(TLS_CLOSE_MILLIS);
        pipeline.addLast(HandlerNames.WRITE_FAILURES, ServerWriteFailures.INSTANCE);
        pipeline.addLast(HandlerNames.NO_RENEGOTIATION, new ServerNoRenegotiation(faults()));
        pipeline.addLast(HandlerNames.TLS, handshake);
        pipeline.addLast(HandlerNames.TIMEOUTS, timeouts());
        pipeline.addLast(HandlerNames.PROTOCOL, new ServerAlpn(faults(), this::http1, this::http2));
    }

    private Faults faults() {
        return handler.engine().faults();
    }

    private RequestTimeouts timeouts() {
        return new RequestTimeouts(handler.engine(), limits, connections::isDraining);
    }

    private void http1(ChannelPipeline pipeline) {
        IncomingConnectionBudget budget = handler.engine().requests().connection(pipeline.channel());
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
        pipeline.remove(RequestTimeouts.class); // each request has timeouts of its own
        if (tls == null) {
            pipeline.addFirst(HandlerNames.WRITE_FAILURES, ServerWriteFailures.INSTANCE);
        }
        pipeline.addLast(HandlerNames.BACKPRESSURE, new IncomingBackpressure());
        IncomingConnectionBudget budget = handler.engine().requests().connection(pipeline.channel());
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
        ChannelHandler requestHandler = new RequestHandler(handler.engine(), budget, this, undecoded);
        pipeline.addLast(HandlerNames.REQUESTS, requestHandler);
        more.accept(pipeline);
        if (pipeline.last() != requestHandler) {
            pipeline.addLast(
                    HandlerNames.NOT_FOUND,
                    new RequestNotFound(handler.engine())); // also for failures of those handlers
        }
    }

    @Override
    public void complete(ChannelHandlerContext requests) {
        assert requests.channel().eventLoop().inEventLoop();
        ChannelPipeline pipeline = requests.pipeline();
        if (pipeline.last() == requests.handler()) {
            pipeline.addLast(HandlerNames.NOT_FOUND, new RequestNotFound(handler.engine()));
        }
        pipeline.addAfter(
                requests.name(),
                HandlerNames.guard(requests.name()),
                new RequestGuard(
                        handler.engine(),
                        RequestGuard.Pipeline.SERVER)); // its refusals pass the request handler, which keeps the order
        ChannelHandlerContext codec = pipeline.context(HttpServerCodec.class);
        if (codec != null) {
            pipeline.addBefore(codec.name(), HandlerNames.BACKPRESSURE, new IncomingBackpressure());
        }
    }

    @Override
    public boolean hasHandlersBefore(ChannelHandlerContext requests) {
        assert requests.channel().eventLoop().inEventLoop();
        if (more == NO_MORE) {
            return false;
        }
        ChannelHandlerContext codec = requests.pipeline().context(HttpServerCodec.class);
        List<String> names = requests.pipeline().names();
        return codec != null && names.indexOf(requests.name()) - names.indexOf(codec.name()) > OWN_BEFORE;
    }

    @Override
    public void leave(Channel channel) {
        assert channel.eventLoop().inEventLoop();
        connections.remove(channel);
    }
}

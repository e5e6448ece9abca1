package dev.freshet.netty;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The listening socket of a server, and the event loops of this socket and of the connections. Thread-safe. */
record ServerListening(
        Transport transport, ServerLoops loops, Channel channel, ServerAcceptor acceptor, ServerLoopWatch watch) {
    private static final int BACKLOG = 4096;

    /** The address, the transport and the event loops of a server. */
    record Where(String host, int port, Transport transport, int eventLoops, FailurePolicy policy) {}

    /**
     * Binds the socket; returns when it listens.
     *
     * @param engine the engine of the connections
     * @param connection the initializer of the connections' pipelines
     * @throws UncheckedIOException if the address cannot be bound
     */
    static ServerListening begin(Where where, RequestEngine engine, ChannelHandler connection) {
        RequestOptions options = engine.options();
        ServerAcceptor acceptor = new ServerAcceptor(options.limits(), options.access());
        ServerLoopWatch watch = new ServerLoopWatch(engine.listener(), where.policy(), acceptor);
        ServerLoops loops = new ServerLoops(where.transport(), where.eventLoops(), acceptor, watch::ended);
        engine.faults().onDoubt(watch::inDoubt);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.group())
                .channelFactory(() -> acceptor.listening(where.transport().serverChannel()))
                .handler(acceptor)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childHandler(connection);
        where.transport().noticeDeadPeers(bootstrap, options.stream().writeTimeout());
        ChannelFuture bound = bootstrap.bind(where.host(), where.port()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            loops.end(0, TimeUnit.SECONDS);
            throw new UncheckedIOException(
                    "cannot listen at " + where.host() + ":" + where.port() + ": " + reason(bound.cause()),
                    bound.cause() instanceof IOException e ? e : new IOException(bound.cause()));
        }
        return new ServerListening(where.transport(), loops, bound.channel(), acceptor, watch);
    }

    /** Returns the counters of sockets, with the figures of streams. */
    ServerStats stats(StreamStats streams) {
        return new ServerStats(acceptor.refused(), acceptor.failures(), streams);
    }

    /** Ends the event loops, and completes the future when they have ended. */
    void end(CompletableFuture<Void> ended) {
        loops.end(1, TimeUnit.SECONDS).addListener(done -> ended.complete(null));
    }

    private static String reason(Throwable cause) {
        if (cause instanceof UnresolvedAddressException) {
            return "no address is known for it";
        }
        String message = cause.getMessage();
        return message == null ? cause.toString() : message;
    }
}

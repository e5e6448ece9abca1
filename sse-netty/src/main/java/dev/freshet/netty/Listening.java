package dev.freshet.netty;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The listening socket of a server, and the event loops that it and its connections are on. */
record Listening(Transport transport, ServerLoops loops, Channel channel) {
    private static final int BACKLOG = 4096;

    /** How to listen, but for what each connection passes through. */
    record Where(String host, int port, Transport transport, int eventLoops, Duration writeTimeout) {}

    /**
     * Begins to listen.
     *
     * @throws UncheckedIOException if it cannot listen there
     * @throws IllegalStateException if the transport is not available here
     */
    static Listening begin(Where where, SocketDoor door, LoopWatch watch, ChannelHandler connection) {
        Transport transport = where.transport().resolved();
        ServerLoops loops = transport.eventLoops(where.eventLoops(), door);
        loops.onFailure(watch::ended);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channelFactory(() -> door.listening(transport.serverChannel()))
                .handler(door)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childHandler(connection);
        transport.noticeDeadPeers(bootstrap, where.writeTimeout());
        ChannelFuture bound = bootstrap.bind(where.host(), where.port()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw new UncheckedIOException(
                    "cannot listen at " + where.host() + ":" + where.port() + ": " + reason(bound.cause()),
                    bound.cause() instanceof IOException e ? e : new IOException(bound.cause()));
        }
        return new Listening(transport, loops, bound.channel());
    }

    private static String reason(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.toString() : message;
    }
}

package dev.freshet.examples.load.client;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The two event loops of the tool: one reads all streams, so that reading costs little, and one publishes, so that
 * reading does not delay it. Thread-safe.
 */
public final class Loops implements AutoCloseable {

    private static final int CONNECT_MILLIS = 10_000;
    private static final int LARGEST_READ = 256 << 10;

    private final EventLoopGroup reading = group("load-reading");
    private final EventLoopGroup publishing = group("load-publishing");

    /** Starts the event loops. */
    public Loops() {}

    private static EventLoopGroup group(String name) {
        return new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory(name, true), io());
    }

    private static IoHandlerFactory io() {
        return Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    }

    EventLoop reading() {
        return reading.next();
    }

    EventLoop publishing() {
        return publishing.next();
    }

    Bootstrap connectOn(EventLoop loop) {
        Class<? extends Channel> type = Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class;
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(type)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator(1024, 2048, LARGEST_READ));
        if (Epoll.isAvailable()) {
            // The port is chosen by connect, so that one address can have every port to each server at once.
            bootstrap.option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
        }
        return bootstrap;
    }

    @Override
    public void close() {
        publishing.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
        reading.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}

package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * The event loops of one server. A loop that an error ends reports the error and closes its channels: no other thread
 * can close them, and their peers would wait for ever. Thread-safe.
 */
final class ServerLoops {
    private final EventLoopGroup group;
    private volatile boolean ending;

    /**
     * Creates the event loops.
     *
     * @param failed called with an event loop that has ended and the error, on its thread
     */
    ServerLoops(Transport transport, int count, ServerAcceptor acceptor, BiConsumer<EventLoop, Throwable> failed) {
        ThreadFactory threads = new DefaultThreadFactory("freshet-" + transport);
        if (NettyVersion.IS_42) {
            group = ServerIoLoops.of(transport, count, threads, acceptor, failed);
        } else {
            group = ofNetty41(transport, count, threads);
            group.forEach(loop -> watch((SingleThreadEventLoop) loop, failed));
        }
    }

    @SuppressWarnings("deprecation") // since 4.2
    private static EventLoopGroup ofNetty41(Transport transport, int count, ThreadFactory threads) {
        return switch (transport) {
            case EPOLL -> new EpollEventLoopGroup(count, threads);
            case AUTO, NIO, IO_URING -> new NioEventLoopGroup(count, threads);
        };
    }

    /**
     * Watches for the end of a loop. Netty 4.1 only logs the error, but runs the shutdown hooks also of a loop that was
     * not shut down.
     */
    private void watch(SingleThreadEventLoop loop, BiConsumer<EventLoop, Throwable> failed) {
        loop.addShutdownHook(() -> {
            if (!ending) {
                try {
                    failed.accept(loop, new IllegalStateException("event loop ended: Netty has logged why"));
                } finally {
                    closeAll(loop);
                }
            }
        });
    }

    private static void closeAll(SingleThreadEventLoop loop) {
        List<Channel> channels = new ArrayList<>();
        loop.registeredChannelsIterator().forEachRemaining(channels::add);
        channels.forEach(channel -> channel.unsafe().close(channel.unsafe().voidPromise()));
    }

    /** Returns the group of the event loops. */
    EventLoopGroup group() {
        return group;
    }

    /** Shuts the event loops down, within the time. */
    Future<?> end(long timeout, TimeUnit unit) {
        ending = true;
        return group.shutdownGracefully(0, timeout, unit);
    }
}

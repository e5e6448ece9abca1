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
 * The event loops of one server. One that an error ends tells so, and closes the channels that it had: nobody else can,
 * and their peers would wait for ever. Thread-safe.
 */
final class ServerLoops {
    private final EventLoopGroup group;
    private volatile boolean ending;

    /** @param failed who is told which event loop has ended, and why; on its thread */
    ServerLoops(Transport transport, int count, ServerAcceptor door, BiConsumer<EventLoop, Throwable> failed) {
        ThreadFactory threads = new DefaultThreadFactory("freshet-" + transport);
        if (NettyVersion.IS_42) {
            group = ServerIoLoops.of(transport, count, threads, door, failed);
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

    /** Netty 4.1 keeps the error to itself and its log, and calls shutdown hooks also where nobody has shut down. */
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

    EventLoopGroup group() {
        return group;
    }

    /** Ends them, at the latest after the time. */
    Future<?> end(long timeout, TimeUnit unit) {
        ending = true;
        return group.shutdownGracefully(0, timeout, unit);
    }
}

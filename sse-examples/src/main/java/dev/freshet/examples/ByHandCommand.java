package dev.freshet.examples;

import dev.freshet.examples.load.server.ByHandServer;
import dev.freshet.netty.Transport;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command that serves the hand-written server that the load tool compares with. */
@Command(name = "by-hand", hidden = true, description = "Serve the fan-out that one writes by hand, to compare with.")
final class ByHandCommand implements Callable<Integer> {

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Listen listen;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private LoopOptions loops;

    @Override
    public Integer call() {
        listen.refuseHosts();
        Integer given = loops.eventLoops();
        int threads = given == null ? Runtime.getRuntime().availableProcessors() : given;
        boolean isEpoll = loops.transport() == Transport.AUTO && Epoll.isAvailable();
        Transport transport = isEpoll ? Transport.EPOLL : loops.transport();
        ByHandServer server =
                ByHandServer.start(listen.host(), listen.port(), threads, io(transport), serverChannel(transport));
        return Program.run(
                Program.url("http", listen.host(), server.address()),
                server::close,
                listen.commandLine().getOut());
    }

    private static IoHandlerFactory io(Transport transport) {
        return switch (transport) {
            case EPOLL -> EpollIoHandler.newFactory();
            case IO_URING -> IoUringIoHandler.newFactory();
            case AUTO, NIO -> NioIoHandler.newFactory();
        };
    }

    private static Class<? extends ServerChannel> serverChannel(Transport transport) {
        return switch (transport) {
            case EPOLL -> EpollServerSocketChannel.class;
            case IO_URING -> IoUringServerSocketChannel.class;
            case AUTO, NIO -> NioServerSocketChannel.class;
        };
    }
}

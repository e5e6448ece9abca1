package dev.freshet.netty;

import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.uring.IoUringIoHandler;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.function.BiConsumer;

/** The event loops of one server on Netty 4.2. Thread-safe. */
final class ServerIoLoops extends MultiThreadIoEventLoopGroup {
    /**
     * Creates the event loops. The action is an argument of {@link #newChild}, because that is called before fields are
     * set.
     */
    private ServerIoLoops(
            int count, ThreadFactory threads, IoHandlerFactory handlers, BiConsumer<EventLoop, Throwable> failed) {
        super(count, threads, handlers, failed);
    }

    static ServerIoLoops of(
            Transport transport,
            int count,
            ThreadFactory threads,
            ServerAcceptor acceptor,
            BiConsumer<EventLoop, Throwable> failed) {
        IoHandlerFactory factory =
                switch (transport) {
                    case EPOLL -> EpollIoHandler.newFactory();
                    case IO_URING -> ServerUringAccept.factory(IoUringIoHandler.newFactory(), acceptor);
                    case AUTO, NIO -> NioIoHandler.newFactory();
                };
        return new ServerIoLoops(count, threads, factory, failed);
    }

    @Override
    @SuppressWarnings("unchecked") // the argument of the constructor
    protected IoEventLoop newChild(Executor executor, IoHandlerFactory handlers, Object... args) {
        return new Loop(this, executor, handlers, (BiConsumer<EventLoop, Throwable>) args[0]);
    }

    private static final class Loop extends SingleThreadIoEventLoop {
        private static final int MOST_TURNS = 64;

        private final BiConsumer<EventLoop, Throwable> failed;

        Loop(
                IoEventLoopGroup loops,
                Executor executor,
                IoHandlerFactory handlers,
                BiConsumer<EventLoop, Throwable> failed) {
            super(loops, executor, handlers);
            this.failed = failed;
        }

        @Override
        protected void run() {
            try {
                super.run();
            } catch (Throwable e) {
                end(e);
                throw e;
            }
        }

        /**
         * Reports the error and closes the channels; each step runs even if another fails, for example out of memory.
         */
        private void end(Throwable error) {
            try {
                failed.accept(this, error);
            } catch (Throwable e) {
                error.addSuppressed(e);
            }
            try {
                closeAll();
            } catch (Throwable e) {
                error.addSuppressed(e);
            }
        }

        /** Closes the channels as a shutdown does; with io_uring a close takes some iterations of the loop. */
        private void closeAll() {
            for (int turn = 0; turn < MOST_TURNS && getNumOfRegisteredChannels() > 0; turn++) {
                ioHandler().prepareToDestroy();
                runAllTasks();
                execute(() -> {}); // so that the next iteration does not block
                runIo();
            }
        }
    }
}

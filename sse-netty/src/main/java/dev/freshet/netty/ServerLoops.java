package dev.freshet.netty;

import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.function.BiConsumer;

/**
 * The event loops of one server. One that an error ends tells so, and closes the channels that it had: nobody else can,
 * and their peers would wait for ever. Thread-safe.
 */
final class ServerLoops extends MultiThreadIoEventLoopGroup {
    private volatile BiConsumer<EventLoop, Throwable> failed = (loop, error) -> {};

    ServerLoops(int count, ThreadFactory threads, IoHandlerFactory handlers) {
        super(count, threads, handlers);
    }

    /** Who is told which event loop has ended, and why; on its thread, and before the first channel comes. */
    void onFailure(BiConsumer<EventLoop, Throwable> action) {
        failed = action;
    }

    @Override
    protected IoEventLoop newChild(Executor executor, IoHandlerFactory handlers, Object... args) {
        return new Loop(this, executor, handlers);
    }

    private static final class Loop extends SingleThreadIoEventLoop {
        private static final int MOST_TURNS = 64;

        private final ServerLoops loops;

        Loop(ServerLoops loops, Executor executor, IoHandlerFactory handlers) {
            super((IoEventLoopGroup) loops, executor, handlers);
            this.loops = loops;
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

        /** Each step does what it can, whatever there is too little of. */
        private void end(Throwable error) {
            try {
                loops.failed.accept(this, error);
            } catch (Throwable e) {
                error.addSuppressed(e);
            }
            try {
                closeAll();
            } catch (Throwable e) {
                error.addSuppressed(e);
            }
        }

        /** As where it is shut down; what io_uring closes takes some turns. */
        private void closeAll() {
            for (int turn = 0; turn < MOST_TURNS && getNumOfRegisteredChannels() > 0; turn++) {
                ioHandler().prepareToDestroy();
                runAllTasks();
                execute(() -> {}); // so that the next does not wait for input
                runIo();
            }
        }
    }
}

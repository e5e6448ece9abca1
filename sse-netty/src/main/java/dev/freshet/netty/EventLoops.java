package dev.freshet.netty;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** Operations that run tasks on event loops. */
final class EventLoops {
    private EventLoops() {}

    /**
     * Any thread: returns the time of the loop's timers, in nanoseconds from any origin. With Netty 4.2 it is that of the
     * loop's ticker, which an {@code EmbeddedChannel} moves in tests.
     */
    static long nanoTime(EventExecutor loop) {
        return NettyVersion.IS_42 ? loop.ticker().nanoTime() : System.nanoTime();
    }

    /** Runs the task on the loop, at once if this is its thread. Returns false if the loop has terminated. */
    static boolean run(EventLoop loop, Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
            return true;
        }
        return execute(loop, task);
    }

    /** Runs the task on the loop after some nanoseconds, unless the loop has terminated by then. */
    static void schedule(EventLoop loop, Runnable task, long nanos) {
        try {
            loop.schedule(task, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            Log.debug("event loop has ended: {}", e.toString());
        }
    }

    /** Queues the task on the loop. Returns false if the loop has terminated: its connections are closed. */
    static boolean execute(EventLoop loop, Runnable task) {
        try {
            loop.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            Log.debug("event loop has ended: {}", e.toString());
            return false;
        }
    }
}

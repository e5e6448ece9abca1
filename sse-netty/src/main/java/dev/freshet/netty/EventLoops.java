package dev.freshet.netty;

import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;

/** Operations that run tasks on event loops. */
final class EventLoops {
    private EventLoops() {}

    /** Runs the task on the loop, at once if this is its thread. Returns false if the loop has terminated. */
    static boolean run(EventLoop loop, Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
            return true;
        }
        return execute(loop, task);
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

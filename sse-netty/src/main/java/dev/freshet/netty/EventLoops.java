package dev.freshet.netty;

import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;

/** Runs tasks on event loops. */
final class EventLoops {
    private EventLoops() {}

    /** Runs the task on the loop: at once where this is its thread. Returns false where the loop has ended. */
    static boolean run(EventLoop loop, Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
            return true;
        }
        return execute(loop, task);
    }

    /** Queues the task on the loop. Returns false where the loop has ended: its connections are gone. */
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

package dev.freshet.netty;

import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.local.LocalIoHandler;

/**
 * An event loop that the bench's own thread runs, step by step: so the work of a publisher and of a loop is measured
 * without the hand-over between two threads, which takes longer than the work and varies more.
 *
 * <p>What is called between steps counts as another thread's: it may queue tasks, as a publisher does, and no more.
 */
final class SteppedLoop extends ManualIoEventLoop {
    private boolean stepping;

    SteppedLoop() {
        super(Thread.currentThread(), LocalIoHandler.newFactory());
    }

    @Override
    public boolean inEventLoop() {
        return stepping && super.inEventLoop();
    }

    /** Runs what is queued, and what that queues, to the end. */
    void step() {
        stepping = true;
        try {
            while (runNow() > 0) {}
        } finally {
            stepping = false;
        }
    }
}

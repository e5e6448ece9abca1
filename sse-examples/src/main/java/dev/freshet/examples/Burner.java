package dev.freshet.examples;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** A burner of CPU time: it keeps every processor busy for a while. One burn runs at a time. Thread-safe. */
final class Burner implements AutoCloseable {

    private final AtomicInteger burning = new AtomicInteger();
    private volatile boolean closed;

    /** Starts a burn. Returns false if one runs already, or the burner is closed. */
    boolean burn(Duration time) {
        int threads = 2 * Runtime.getRuntime().availableProcessors(); // twice: other processes take a share
        if (closed || !burning.compareAndSet(0, threads)) {
            return false;
        }
        long end = System.nanoTime() + time.toNanos();
        DefaultThreadFactory factory = new DefaultThreadFactory("burner", true);
        for (int i = 0; i < threads; i++) {
            factory.newThread(() -> burnUntil(end)).start();
        }
        return true;
    }

    private void burnUntil(long end) {
        try {
            while (!closed && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
        } finally {
            burning.decrementAndGet();
        }
    }

    /** Stops the burn. */
    @Override
    public void close() {
        closed = true;
    }
}

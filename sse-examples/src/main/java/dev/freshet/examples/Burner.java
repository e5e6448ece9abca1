package dev.freshet.examples;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A burner of CPU time: every processor is kept busy for a while, and then left alone. One fire at a time. Thread-safe. */
final class Burner implements AutoCloseable {

    private final AtomicInteger burning = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Lights the fire, if none burns. */
    boolean burn(Duration time) {
        int threads = 2 * Runtime.getRuntime().availableProcessors(); // twice: other processes want a share as well
        if (closed.get() || !burning.compareAndSet(0, threads)) {
            return false;
        }
        long end = System.nanoTime() + time.toNanos();
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(() -> burnUntil(end), "burner-" + i);
            thread.setDaemon(true);
            thread.start();
        }
        return true;
    }

    private void burnUntil(long end) {
        try {
            while (!closed.get() && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
        } finally {
            burning.decrementAndGet();
        }
    }

    /** Puts the fire out. */
    @Override
    public void close() {
        closed.set(true);
    }
}

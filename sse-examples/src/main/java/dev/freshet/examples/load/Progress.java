package dev.freshet.examples.load;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The line that says how far a run is, and the waiting during which it says so. For the thread that makes the run. */
public final class Progress {

    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long DRAW = TimeUnit.MILLISECONDS.toNanos(250);

    private final @Nullable PrintWriter out;
    private Supplier<String> line = () -> "";
    private String title = "";
    private long drawnAt = System.nanoTime();
    private int width;

    private Progress(@Nullable PrintWriter out) {
        this.out = out;
    }

    /** A line that is written over and over. */
    public static Progress to(PrintWriter out) {
        return new Progress(out);
    }

    /** No line. */
    public static Progress none() {
        return new Progress(null);
    }

    /** What the line begins with from now on, and at once: what comes may be short. */
    void title(String words) {
        title = words;
        line = () -> "";
        drawNow();
    }

    /** What the line says from now on. */
    void say(Supplier<String> words) {
        line = words;
    }

    /** Waits; returns whether it is done, and gives up where nothing has moved for so long. */
    boolean until(BooleanSupplier done, LongSupplier moving, Duration patience) {
        long seen = moving.getAsLong();
        long seenAt = System.nanoTime();
        while (!done.getAsBoolean()) {
            long now = System.nanoTime();
            long at = moving.getAsLong();
            if (at != seen) {
                seen = at;
                seenAt = now;
            } else if (now - seenAt > patience.toNanos()) {
                return false;
            }
            draw(now);
            LockSupport.parkNanos(LOOK);
            if (Thread.currentThread().isInterrupted()) {
                throw new LoadException("interrupted");
            }
        }
        return true;
    }

    void pause(Duration length) {
        long end = System.nanoTime() + length.toNanos();
        until(() -> System.nanoTime() - end >= 0, System::nanoTime, length);
    }

    private void draw(long now) {
        if (now - drawnAt >= DRAW) {
            drawnAt = now;
            drawNow();
        }
    }

    private void drawNow() {
        if (out != null) {
            String text = title + line.get();
            out.print("\r" + text + " ".repeat(Math.max(0, width - text.length())));
            out.flush();
            width = text.length();
        }
    }

    /** Takes the line away. */
    void end() {
        if (out != null && width > 0) {
            out.print("\r" + " ".repeat(width) + "\r");
            out.flush();
            width = 0;
        }
    }
}

package dev.freshet.examples.load.scenario;

import dev.freshet.examples.load.client.LoadException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How far a run is, in a line that is written over and over to a terminal, and in several elsewhere, and the waiting during which that is
 * said. For the thread that makes the run.
 */
public final class Progress {

    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(5);
    private static final Duration DRAW = Duration.ofMillis(250);
    private static final Duration LINE = Duration.ofSeconds(10);

    private final @Nullable PrintWriter out;
    private final boolean overwrites;
    private final long between;
    private Supplier<String> line = () -> "";
    private String title = "";
    private long drawnAt = System.nanoTime();
    private int width;

    private Progress(@Nullable PrintWriter out, boolean overwrites, Duration between) {
        this.out = out;
        this.overwrites = overwrites;
        this.between = between.toNanos();
    }

    /** One line where the error stream goes to a terminal, else several. */
    public static Progress onErrorStream(PrintWriter out) {
        return Terminal.isErrorStream() ? line(out) : lines(out, LINE);
    }

    /** A line that is written over and over. */
    static Progress line(PrintWriter out) {
        return new Progress(out, true, DRAW);
    }

    /** A line for each title, and one once in a while. */
    static Progress lines(PrintWriter out, Duration between) {
        return new Progress(out, false, between);
    }

    /** No line. */
    public static Progress none() {
        return new Progress(null, false, LINE);
    }

    /** What the line begins with from now on, and at once: what comes may be short. */
    void title(String words) {
        title = words;
        line = () -> "";
        if (overwrites || !words.isEmpty()) {
            drawNow();
        }
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
        if (now - drawnAt >= between) {
            drawnAt = now;
            drawNow();
        }
    }

    private void drawNow() {
        String text = title + line.get();
        if (out == null) {
            return;
        }
        if (overwrites) {
            out.print("\r" + text + " ".repeat(Math.max(0, width - text.length())));
            width = text.length();
        } else {
            out.println(text.replaceAll(", $", ""));
        }
        out.flush();
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

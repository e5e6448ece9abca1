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
 * The progress of a run, with the waits during which it is shown: one line that is overwritten on a terminal, else
 * several lines. Confined to the thread that makes the run.
 */
public final class Progress {

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final Duration DRAW_INTERVAL = Duration.ofMillis(250);
    private static final Duration LINE_INTERVAL = Duration.ofSeconds(10);

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

    /** Creates a progress on the error stream: one line on a terminal, else several. */
    public static Progress onErrorStream(PrintWriter out) {
        return Terminal.isErrorStream() ? line(out) : lines(out, LINE_INTERVAL);
    }

    /** Creates a progress of one line that is overwritten. */
    static Progress line(PrintWriter out) {
        return new Progress(out, true, DRAW_INTERVAL);
    }

    /** Creates a progress with a line for each title, and one at an interval. */
    static Progress lines(PrintWriter out, Duration between) {
        return new Progress(out, false, between);
    }

    /** Creates a progress that shows nothing. */
    public static Progress none() {
        return new Progress(null, false, LINE_INTERVAL);
    }

    /** Sets the beginning of the line, and shows it at once, because the run may be short. */
    void title(String words) {
        title = words;
        line = () -> "";
        if (overwrites || !words.isEmpty()) {
            drawNow();
        }
    }

    /** Sets the rest of the line. */
    void say(Supplier<String> words) {
        line = words;
    }

    /**
     * Waits, and shows the progress.
     *
     * @param moving a figure that changes as long as it is worth waiting
     * @param patience how long to wait without a change of the figure
     * @return whether it is done
     */
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
            LockSupport.parkNanos(POLL_NANOS);
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

    /** Clears the line. */
    void end() {
        if (out != null && width > 0) {
            out.print("\r" + " ".repeat(width) + "\r");
            out.flush();
            width = 0;
        }
    }
}

package dev.freshet.examples;

import dev.freshet.event.SseEvent;
import java.io.IOException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A subscription to lines, which reads while there is demand. Thread-safe; {@link #run} is for the reader alone. */
final class LogSubscription implements Flow.Subscription, Runnable {
    private static final int LOOK_EVERY_MILLIS = 100;
    private static final int IN_A_ROW = 64;

    private final LogLines lines;
    private final LogPlace after;
    private final Flow.Subscriber<? super SseEvent> subscriber;
    /** The number of lines to read. While it is above 0, {@link #run} runs or is to run; its change from 0 starts it. */
    private final AtomicLong demand = new AtomicLong();

    private volatile boolean isCancelled;
    private volatile @Nullable RuntimeException refused;
    private @Nullable GrowingFile file; // confined to the reader

    LogSubscription(LogLines lines, LogPlace after, Flow.Subscriber<? super SseEvent> subscriber) {
        this.lines = lines;
        this.after = after;
        this.subscriber = subscriber;
    }

    @Override
    public void request(long count) {
        if (count <= 0) {
            refused = new IllegalArgumentException("request: " + count + " (expected: > 0)");
        }
        long more = Math.max(1, count);
        if (demand.getAndUpdate(now -> now + more < 0 ? Long.MAX_VALUE : now + more) == 0) {
            lines.reader.execute(this);
        }
    }

    @Override
    public void cancel() {
        isCancelled = true;
        request(1); // to close the file
    }

    @Override
    public void run() {
        try {
            for (int line = 0; line < IN_A_ROW; line++) {
                if (ends()) {
                    return;
                }
                GrowingFile opened = file == null ? lines.open(after) : file;
                file = opened;
                SseEvent event = opened.next();
                if (event == null) { // at the end of the file
                    lines.reader.schedule(this, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
                    return;
                }
                subscriber.onNext(event);
                if (demand.decrementAndGet() == 0) {
                    return;
                }
            }
            lines.reader.execute(this); // after the other subscriptions
        } catch (IOException | RuntimeException e) {
            LogLines.close(file);
            subscriber.onError(e);
        }
    }

    /** Ends this subscription if it is to end, and returns whether it did. */
    private boolean ends() {
        if (refused != null) {
            throw refused;
        }
        if (isCancelled) {
            LogLines.close(file);
            return true;
        }
        if (lines.isComplete) {
            LogLines.close(file);
            subscriber.onComplete();
            return true;
        }
        return false;
    }
}

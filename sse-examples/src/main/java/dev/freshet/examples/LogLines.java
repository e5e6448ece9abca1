package dev.freshet.examples;

import dev.freshet.event.SseEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Flow;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a file that grows, from an offset, as a publisher. A line is read once the subscriber has requested it:
 * what a slow one has not read yet is in the file, and takes no memory.
 *
 * @param mostBehind how many bytes a subscriber may be behind the end of the file
 * @param reader the thread that reads for all subscribers
 */
record LogLines(Path path, long from, long mostBehind, ScheduledExecutorService reader)
        implements Flow.Publisher<SseEvent> {
    private static final int LOOK_EVERY_MILLIS = 100;

    @Override
    public void subscribe(Flow.Subscriber<? super SseEvent> subscriber) {
        subscriber.onSubscribe(new Reading(subscriber));
    }

    /** A subscription, which reads while there is demand. */
    private final class Reading implements Flow.Subscription, Runnable {
        private final Flow.Subscriber<? super SseEvent> subscriber;
        /** The number of lines to read. While it is above 0, {@link #run} runs or is to run; its change from 0 starts it. */
        private final AtomicLong demand = new AtomicLong();

        private volatile boolean isCancelled;
        private @Nullable GrowingFile file; // confined to the reader

        Reading(Flow.Subscriber<? super SseEvent> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void request(long lines) {
            if (demand.getAndAdd(lines) == 0) {
                reader.execute(this);
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
                GrowingFile opened = file == null ? new GrowingFile(path, from, mostBehind) : file;
                file = opened;
                do {
                    if (isCancelled) {
                        opened.close();
                        return;
                    }
                    SseEvent event = opened.next();
                    if (event == null) { // at the end of the file
                        reader.schedule(this, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
                        return;
                    }
                    subscriber.onNext(event);
                } while (demand.decrementAndGet() > 0);
            } catch (IOException e) {
                subscriber.onError(e);
            }
        }
    }
}

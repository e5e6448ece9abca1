package dev.freshet.examples;

import dev.freshet.event.SseEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Flow;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lines of a file that grows. A line is read once a subscriber has requested it: what a slow one has not read yet is
 * in the file. A subscriber takes a buffer of {@link GrowingFile#LONGEST} bytes, and a descriptor. Thread-safe.
 */
final class LogLines {
    private static final Logger logger = LoggerFactory.getLogger(LogLines.class);

    private final Path path;
    private final long mostBehind;
    final ScheduledExecutorService reader;
    volatile boolean isComplete;

    /**
     * Creates them.
     *
     * @param mostBehind how many bytes a subscriber may be behind the end of the file
     * @param reader the thread that reads for all subscribers
     */
    LogLines(Path path, long mostBehind, ScheduledExecutorService reader) {
        this.path = path;
        this.mostBehind = mostBehind;
        this.reader = reader;
    }

    /** Returns a publisher of the lines behind a place. */
    Flow.Publisher<SseEvent> after(LogPlace place) {
        return subscriber -> subscriber.onSubscribe(new LogSubscription(this, place, subscriber));
    }

    GrowingFile open(LogPlace after) throws IOException {
        return new GrowingFile(path, after, mostBehind);
    }

    static void close(@Nullable GrowingFile file) {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            logger.warn("a file was not closed", e);
        }
    }

    /** Completes all subscriptions, each when it reads or looks next. */
    void complete() {
        isComplete = true;
    }
}

package dev.freshet.netty;

import dev.freshet.hub.SseHub;
import dev.freshet.log.TopicState;
import dev.freshet.log.TopicStats;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** The watch that cancels a generation without followers, and ends with it. At most one thread at a time runs it. */
final class GenerationFollowerTimeout implements Runnable {
    private static final int CHECKS = 4;
    private static final AtomicBoolean WARNED = new AtomicBoolean();

    private final SseGeneration generation;
    private final long nanos;
    private long followedNanos = System.nanoTime();
    /** Whether the topic was open at a check; before that the store may not have reported the start. */
    private boolean begun;

    GenerationFollowerTimeout(SseGeneration generation, Duration time) {
        this.generation = generation;
        this.nanos = time.toNanos();
    }

    /** Begins the checks, unless other processes may have followers, which this process cannot count. */
    void beginAt(SseHub hub) {
        if (!hub.isShared()) {
            checkLater();
        } else if (!WARNED.getAndSet(true)) {
            Log.warn("generation {}: cancelUnfollowed has no effect on a shared store", generation.topic());
        }
    }

    /** Schedules the next check, on a daemon thread. */
    private void checkLater() {
        GenerationThreads.executeAfter(nanos / CHECKS, this);
    }

    @Override
    public void run() {
        TopicStats topic = generation.stats();
        begun |= topic.state() == TopicState.OPEN;
        if (begun && topic.state() != TopicState.OPEN) {
            return;
        }
        long now = System.nanoTime();
        if (topic.followers() > 0) {
            followedNanos = now;
        }
        if (now - followedNanos < nanos) {
            checkLater();
            return;
        }
        try {
            generation.cancel();
        } catch (IllegalStateException e) {
            Log.debug("generation {} was left behind its hub", generation.topic(), e);
        }
    }
}

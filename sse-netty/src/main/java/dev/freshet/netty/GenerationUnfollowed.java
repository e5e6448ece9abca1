package dev.freshet.netty;

import dev.freshet.hub.SseHub;
import dev.freshet.log.TopicState;
import dev.freshet.log.TopicStats;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Cancels a generation that nobody follows, or lets go of it once it has ended. One thread at a time runs it. */
final class GenerationUnfollowed implements Runnable {
    private static final int LOOKS = 4;
    private static final AtomicBoolean TOLD = new AtomicBoolean();

    private final SseGeneration generation;
    private final long nanos;
    private long followedNanos = System.nanoTime();
    /** Before that a store may not have told that it was started. */
    private boolean begun;

    GenerationUnfollowed(SseGeneration generation, Duration time) {
        this.generation = generation;
        this.nanos = time.toNanos();
    }

    /** In vain where others may follow it that this process does not know. */
    void beginAt(SseHub hub) {
        if (!hub.isShared()) {
            lookLater();
        } else if (!TOLD.getAndSet(true)) {
            Log.warn(
                    "generation {}: not cancelled where nobody follows it, nor any on a store that hubs share",
                    generation.topic());
        }
    }

    /** On a thread that keeps no process alive. */
    private void lookLater() {
        CompletableFuture.delayedExecutor(nanos / LOOKS, TimeUnit.NANOSECONDS).execute(this);
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
            lookLater();
            return;
        }
        try {
            generation.cancel();
        } catch (IllegalStateException e) {
            Log.debug("generation {} was left behind its hub", generation.topic(), e);
        }
    }
}

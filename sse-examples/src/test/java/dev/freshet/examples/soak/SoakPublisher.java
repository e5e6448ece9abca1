package dev.freshet.examples.soak;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Publishes numbered events to one topic, mostly at an even rate, now and then more than is retained at once. Not thread-safe, except
 * for {@link #begun()}.
 */
final class SoakPublisher {
    private static final long BETWEEN_NANOS = 10_000_000;
    private static final int EVENTS_BETWEEN_BURSTS = 1_000;
    private static final int LONGEST_BURST = 3_000;
    private static final int MOST_AT_ONCE = 1_000;

    private final SseHub hub;
    private final String topic;
    private final SoakCounts counts;
    private final Random random;
    private final AtomicInteger begun = new AtomicInteger();

    SoakPublisher(SseHub hub, String topic, SoakCounts counts) {
        this.hub = hub;
        this.topic = topic;
        this.counts = counts;
        this.random = new Random(topic.hashCode());
    }

    /** Returns how many events have been published or are being published: the next one has this number. */
    int begun() {
        return begun.get();
    }

    /** Publishes until that is over, and then one event of the type that ends it. */
    void publishUntil(BooleanSupplier over, String end) throws Exception {
        while (!over.getAsBoolean()) {
            boolean burst = random.nextInt(EVENTS_BETWEEN_BURSTS) == 0;
            publish("event", burst ? 1 + random.nextInt(LONGEST_BURST) : 1);
            LockSupport.parkNanos(BETWEEN_NANOS);
        }
        publish(end, 1);
    }

    /** Publishes so many events, not all at once. */
    void fill(int count) throws Exception {
        for (int left = count; left > 0; left -= MOST_AT_ONCE) {
            publish("event", Math.min(left, MOST_AT_ONCE));
        }
    }

    /** Publishes so many events, and waits until the store has kept them. */
    private void publish(String type, int count) throws Exception {
        CompletionStage<EventId> last = null;
        for (int i = 0; i < count; i++) {
            last = hub.publish(topic, SseEvent.of(type, SoakEvent.data(topic, begun.getAndIncrement())));
        }
        if (last != null) {
            last.toCompletableFuture().get(60, SECONDS);
        }
        counts.published.add(count);
    }
}

package dev.freshet.hub;

import static dev.freshet.log.Readings.dataOn;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.log.Cursor;
import dev.freshet.log.Retention;
import dev.freshet.log.StartRequest;
import dev.freshet.store.EventStore;
import dev.freshet.store.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** Hubs that share a store and lease topics, of which the time passes as a test says. */
@Timeout(50)
abstract class TopicLeasesFixture {
    static final Duration TIME = Duration.ofMinutes(30); // no check of the timer comes before the end of a test
    static final Duration PATIENCE = Duration.ofSeconds(25);
    static final Duration THIRD = TIME.dividedBy(3);
    static final SseEvent LAST = SseEvent.of("error", "gone");

    final AtomicLong nanos = new AtomicLong();
    final MemoryStore store = new MemoryStore();
    final List<SseHub> nodes = new ArrayList<>();

    SseHub node(EventStore kept) {
        SseHub node = SseHub.builder()
                .store(kept)
                .retention(Retention.builder().maxAge(Duration.ofDays(1)).build())
                .ticker(nanos::get)
                .lease("answers/*", TIME, LAST)
                .build();
        nodes.add(node);
        return node;
    }

    void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    static void check(SseHub node) {
        Objects.requireNonNull(node.leases()).check();
    }

    static EventId start(SseHub node, String topic) {
        return node.start(topic).toCompletableFuture().join();
    }

    /** What who follows the topic from its start gets, at most what there is now. */
    static List<String> data(SseHub node, String topic) {
        Cursor cursor =
                node.open(List.of(topic), StartRequest.latest().fromEarliest()).cursor();
        try {
            return dataOn(cursor);
        } finally {
            cursor.close();
        }
    }

    @AfterEach
    void close() {
        nodes.forEach(SseHub::close);
    }
}

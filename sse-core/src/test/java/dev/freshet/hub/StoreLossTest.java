package dev.freshet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.store.SlowStore;
import dev.freshet.store.StoredEntry;
import dev.freshet.store.ToldStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Entries that a store has acknowledged and its tail does not bring. */
class StoreLossTest {
    private static final int MOST_UNREAD = 262_144;

    private final SlowStore store = new SlowStore();
    private final SseHub hub = SseHub.builder().store(store).build();

    @AfterEach
    void close() {
        hub.close();
        while (store.isWaiting()) {
            store.lose();
        }
    }

    private CompletionStage<EventId> publish(String data) {
        return hub.publish("t", SseEvent.of(data));
    }

    private static EventId above(EventId id) {
        return new EventId(id.millis() + 1, id.sequence());
    }

    private static void assertLost(CompletionStage<EventId> published, EventId id) {
        assertThat(published)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingRootCause()
                .withMessage("store: lost " + id + ", which it had acknowledged");
    }

    @Test
    void aPublishFailsOfAnEventThatIsLostBehindItsAcknowledgement() {
        CompletionStage<EventId> brought = publish("brought");
        CompletionStage<EventId> published = publish("lost");
        EventId first = store.keep();
        store.bring();
        EventId lost = store.keep();
        store.sink().lost(above(lost));

        assertThat(brought).isCompletedWithValue(first);
        assertLost(published, lost);
    }

    @Test
    void aPublishFailsOfAnEventWhoseAcknowledgementComesBehindTheLoss() {
        CompletionStage<EventId> published = publish("lost");
        store.sink().lost(above(store.next()));

        assertLost(published, store.keep());
    }

    @Test
    void aStartAndAnEndThatAreLostFail() {
        CompletionStage<EventId> started = hub.start("s");
        EventId start = store.keep();
        CompletionStage<EventId> ended = hub.complete("t", SseEvent.of("last"));
        EventId end = store.keep();
        store.sink().lost(above(end));

        assertLost(started, start);
        assertLost(ended, end);
    }

    @Test
    void anEventThatIsBroughtBehindALossIsPublished() {
        CompletionStage<EventId> published = publish("kept");
        EventId kept = store.keep();
        store.sink().lost(new EventId(kept.millis() - 1, 0));
        store.bring();

        assertThat(published).isCompletedWithValue(kept);
    }

    @Test
    void ofManyLossesTheOldestAreKnownTogether() {
        CompletionStage<EventId> published = publish("lost");
        EventId lost = store.next();
        EventId floor = lost;
        for (int i = 0; i < 200; i++) {
            floor = above(floor);
            store.sink().lost(floor);
        }
        assertLost(published, store.keep());
    }

    @Test
    void whatIsAcknowledgedAndNotReadIsBounded() {
        ToldStore unread = new ToldStore() {
            private long count;

            @Override
            public CompletionStage<EventId> append(StoredEntry entry, String key) {
                return CompletableFuture.completedFuture(new EventId(Long.MAX_VALUE / 2, ++count << 32));
            }
        };
        try (SseHub full = SseHub.builder().store(unread).build()) {
            for (int i = 0; i < MOST_UNREAD; i++) {
                assertThat(full.publish("t", SseEvent.of("unread")).toCompletableFuture())
                        .isNotDone();
            }
            assertThat(full.publish("t", SseEvent.of("over")))
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .withCauseInstanceOf(RejectedExecutionException.class)
                    .withMessageContaining(
                            "store: 262144 entries are kept and not read yet (expected: fewer than 262144)");
        }
    }
}

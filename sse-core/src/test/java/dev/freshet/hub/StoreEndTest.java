package dev.freshet.hub;

import static dev.freshet.harness.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.log.Batch;
import dev.freshet.log.Cursor;
import dev.freshet.log.EndPosition;
import dev.freshet.log.StartRequest;
import dev.freshet.log.TopicEndedException;
import dev.freshet.store.MemoryStore;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ends of a hub whose store takes its time, both to take an entry and to bring it. */
class StoreEndTest {
    private static final long PATIENCE_SECONDS = 25;

    private final MemoryStore store = new MemoryStore();
    private final SseHub hub = SseHub.builder().store(store).build();

    @BeforeEach
    void hold() {
        store.holdAnswers();
        store.holdTails();
    }

    @AfterEach
    void close() {
        store.releaseAnswers();
        store.releaseTails();
        hub.close();
    }

    private CompletableFuture<EventId> publish(String data) {
        return hub.publish("t", SseEvent.of(data)).toCompletableFuture();
    }

    private Cursor follow() {
        return hub.open(List.of("t"), StartRequest.latest()).cursor();
    }

    private static int read(Cursor cursor) {
        Batch batch = cursor.next(Integer.MAX_VALUE, null);
        return batch.events();
    }

    @Test
    void whatIsPublishedBehindAnEndThatIsUnderWayFails() {
        CompletableFuture<EventId> ended =
                hub.complete("t", SseEvent.of("last")).toCompletableFuture();
        CompletableFuture<EventId> behind = publish("behind");
        CompletableFuture<EventId> second =
                hub.complete("t", SseEvent.of("again")).toCompletableFuture();
        for (int i = 0; i < 3; i++) {
            store.answer(i);
        }
        assertThat(ended).as("until the tail has brought it").isNotDone();
        store.releaseTails();
        assertThat(ended).isCompleted();
        assertThat(behind)
                .failsWithin(0, TimeUnit.SECONDS)
                .withThrowableThat()
                .withCauseInstanceOf(TopicEndedException.class);
        assertThat(second)
                .failsWithin(0, TimeUnit.SECONDS)
                .withThrowableThat()
                .withCauseInstanceOf(TopicEndedException.class);
    }

    @Test
    void aPlaceIsBeforeWhatIsPublishedLaterAndTakenSooner() {
        Cursor cursor = follow();
        publish("before");
        EndPosition end = new EndPosition();
        cursor.endAt(end);
        CompletableFuture<Void> reached = hub.fix(end);
        publish("after");
        store.answer(1);
        store.answer(0);
        store.releaseTails();
        assertThat(reached).isCompleted();
        assertThat(read(cursor)).isEqualTo(1);
        assertThat(cursor.next(Integer.MAX_VALUE, null)).isSameAs(Batch.ENDED);
    }

    @Test
    void aHubThatIsClosedReadsToTheEndOfWhatItHadPublished() throws Exception {
        Cursor cursor = follow();
        CompletableFuture<EventId> published = publish("last");
        store.answer(0);
        hub.close();
        assertThat(hub.isClosed()).isTrue();
        assertThat(store.tails()).isOne();
        store.releaseTails();
        assertThat(published.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isNotNull();
        assertThat(read(cursor)).isEqualTo(1);
        await(
                "the logs are closed, on another thread than the tail's",
                () -> cursor.next(Integer.MAX_VALUE, null) == Batch.CLOSED);
        assertThat(store.tails()).isZero();
    }

    @Test
    void whatTheTailOfAClosedHubHasNotBroughtFails() {
        CompletableFuture<EventId> published = publish("never brought");
        store.answer(0);
        hub.close();
        assertThat(published).failsWithin(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}

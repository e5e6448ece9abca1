package dev.freshet.hub;

import static dev.freshet.log.Readings.dataOn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.log.Batch;
import dev.freshet.log.Cursor;
import dev.freshet.log.EndPosition;
import dev.freshet.log.StartRequest;
import dev.freshet.log.TopicEndedException;
import dev.freshet.log.TopicStartedException;
import dev.freshet.log.TopicState;
import dev.freshet.store.SlowStore;
import dev.freshet.store.StoredEntry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Ends and starts of a hub beside other nodes. */
class EndsThroughAStoreTest {
    private final SlowStore store = new SlowStore();
    private final SseHub hub = SseHub.builder().store(store).build();

    @AfterEach
    void close() {
        while (store.isWaiting()) {
            store.lose();
        }
        hub.close();
    }

    private Cursor follow() {
        return hub.open(List.of("t"), StartRequest.latest()).cursor();
    }

    private static Batch next(Cursor cursor) {
        return cursor.next(Integer.MAX_VALUE, null);
    }

    private CompletableFuture<Void> end(Cursor cursor) {
        EndPosition end = new EndPosition();
        cursor.endAt(end);
        return hub.fix(end);
    }

    @Test
    void anEndWaitsForWhatThisNodeHadPublishedAndForNothingAfterIt() {
        Cursor cursor = follow();
        hub.publish("t", SseEvent.of("before"));
        CompletableFuture<Void> reached = end(cursor);
        hub.publish("t", SseEvent.of("after"));
        assertThat(next(cursor)).isSameAs(Batch.CAUGHT_UP);
        store.keep();
        assertThat(next(cursor)).isSameAs(Batch.CAUGHT_UP);
        assertThat(reached).isNotDone();
        store.keep();
        store.bring();
        assertThat(reached).isCompleted();
        assertThat(dataOn(cursor)).containsExactly("before");
        assertThat(next(cursor)).isSameAs(Batch.ENDED);
    }

    @Test
    void anEndWaitsForTheTailAlsoWhereAllIsKept() {
        Cursor cursor = follow();
        hub.publish("t", SseEvent.of("before"));
        store.keep();
        CompletableFuture<Void> reached = end(cursor);
        assertThat(reached).isNotDone();
        assertThat(next(cursor)).isSameAs(Batch.CAUGHT_UP);
        store.bring();
        assertThat(reached).isCompleted();
        assertThat(dataOn(cursor)).containsExactly("before");
        assertThat(next(cursor)).isSameAs(Batch.ENDED);
    }

    @Test
    void anEndDoesNotWaitForWhatIsNotKept() {
        Cursor cursor = follow();
        hub.publish("t", SseEvent.of("lost"));
        CompletableFuture<Void> reached = end(cursor);
        store.lose();
        assertThat(reached).isCompleted();
        assertThat(next(cursor)).isSameAs(Batch.ENDED);
    }

    @Test
    void anEndWithNothingUnderWayIsReachedAtOnce() {
        store.entry(StoredEntry.Kind.EVENT, "t");
        Cursor cursor = follow();
        assertThat(end(cursor)).isCompleted();
        store.entry(StoredEntry.Kind.EVENT, "t");
        assertThat(next(cursor)).isSameAs(Batch.ENDED);
    }

    @Test
    void aStartIsKnownWhenTheTailHasBroughtIt() {
        CompletableFuture<EventId> started = hub.start("t").toCompletableFuture();
        EventId id = store.keep();
        assertThat(started).isNotDone();
        store.bring();
        assertThat(started).isCompletedWithValue(id);
        assertThat(hub.topic("t").start()).isEqualTo(id);
    }

    @Test
    void aStartThatAnotherNodeWasFasterWithFails() {
        CompletableFuture<EventId> started = hub.start("t").toCompletableFuture();
        store.entry(StoredEntry.Kind.START, "t");
        store.keep();
        store.bring();
        assertThat(started)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(TopicStartedException.class);
    }

    @Test
    void whatThisNodeKnowsToHaveEndedTakesNothingMore() {
        hub.complete("t", SseEvent.of("last"));
        store.keep();
        assertThat(hub.state("t")).isEqualTo(TopicState.UNKNOWN);
        store.bring();
        assertThat(hub.state("t")).isEqualTo(TopicState.ENDED);
        assertThat(hub.publish("t", SseEvent.of("late")))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(TopicEndedException.class);
        assertThat(hub.start("t")).isCompletedExceptionally();
        assertThat(store.isWaiting()).isFalse();
        hub.remove("t");
        store.keep();
        store.bring();
        assertThat(hub.state("t")).isEqualTo(TopicState.UNKNOWN);
    }
}

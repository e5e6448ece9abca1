package dev.freshet.hub;

import static dev.freshet.log.Readings.dataOn;
import static dev.freshet.log.Readings.readOn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.freshet.event.EventId;
import dev.freshet.event.ResumeOutcome;
import dev.freshet.event.SseEvent;
import dev.freshet.log.Batch;
import dev.freshet.log.Cursor;
import dev.freshet.log.Readings;
import dev.freshet.log.Reset;
import dev.freshet.log.Retention;
import dev.freshet.log.Start;
import dev.freshet.log.StartRequest;
import dev.freshet.store.EventStoreException;
import dev.freshet.store.MemoryStore;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoreTest {
    private final MemoryStore store = new MemoryStore();
    private final SseHub here = hub();
    private final SseHub there = hub();

    private SseHub hub() {
        return SseHub.builder().store(store).build();
    }

    private static EventId publish(SseHub hub, String topic, String data) {
        return hub.publish(topic, SseEvent.of(data)).toCompletableFuture().join();
    }

    private static Cursor follow(SseHub hub, String... topics) {
        return hub.open(List.of(topics), StartRequest.latest()).cursor();
    }

    @Test
    void bothHubsDeliverTheSameEventsWithTheSameIds() {
        Cursor one = follow(here, "a", "b");
        Cursor two = follow(there, "a", "b");
        EventId first = publish(here, "a", "1");
        EventId second = publish(there, "b", "2");
        List<Readings.Read> expected =
                List.of(new Readings.Read(first.toString(), "1"), new Readings.Read(second.toString(), "2"));

        assertThat(readOn(one)).isEqualTo(expected);
        assertThat(readOn(two)).isEqualTo(expected);
        assertThat(there.latest()).isEqualTo(here.latest());
    }

    @Test
    void aClientResumesOnEitherHub() {
        EventId first = publish(here, "a", "1");
        publish(there, "a", "2");
        for (SseHub hub : List.of(here, there)) {
            Start start = hub.open(List.of("a"), StartRequest.latest().lastEventId(first.toString()));
            assertThat(start.outcome()).isEqualTo(ResumeOutcome.RESUMED);
            assertThat(dataOn(start.cursor())).containsExactly("2");
        }
    }

    @Test
    void anOwnIdIsAPlaceToResumeFromOnEitherHub() {
        here.publish("a", SseEvent.builder().id("order-7").data("1").build());
        publish(here, "a", "2");

        assertThat(dataOn(there.open(List.of("a"), StartRequest.latest().lastEventId("order-7"))
                        .cursor()))
                .containsExactly("2");
    }

    @Test
    void anOwnIdThatOnlyTheOtherHubAllowsIsLeftOutAndItsEventIsNot() {
        SseHub strict = SseHub.builder().store(store).eventIdBytes(4).build();
        Cursor cursor = follow(strict, "a");
        EventId first = here.publish(
                        "a", SseEvent.builder().id("order-7").data("1").build())
                .toCompletableFuture()
                .join();
        publish(here, "a", "2");

        assertThat(readOn(cursor))
                .extracting(Readings.Read::id, Readings.Read::data)
                .startsWith(tuple(first.toString(), "1"))
                .hasSize(2);
    }

    @Test
    void aNewHubLoadsWhatTheStoreKeepsFirst() {
        EventId first = publish(here, "a", "1");
        publish(here, "a", "2");
        SseHub late = hub();

        assertThat(late.latest()).isEqualTo(here.latest());
        assertThat(dataOn(late.open(List.of("a"), StartRequest.latest().lastEventId(first.toString()))
                        .cursor()))
                .containsExactly("2");
    }

    @Test
    void aHubIsNotBuiltOnAStoreThatCannotBeRead() {
        store.failWith(new RuntimeException("no route to store"));

        assertThatThrownBy(this::hub)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("store: cannot load what it keeps")
                .hasRootCauseMessage("no route to store");
    }

    @Test
    void theFailureOfAStoreIsSaidWithoutTheNameOfItsClass() {
        store.failWith(new EventStoreException("redis: Connection refused", null, true));

        assertThatThrownBy(this::hub).hasMessage("store: cannot load what it keeps: redis: Connection refused");
    }

    @Test
    void anAppendThatFailsFailsTheStageAndDeliversNothing() {
        RuntimeException cause = new RuntimeException("no route to store");
        Cursor cursor = follow(here, "a");
        store.failWith(cause);

        assertThat(here.publish("a", SseEvent.of("lost")).toCompletableFuture())
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCause(cause);
        assertThat(cursor.next(100, null)).isSameAs(Batch.CAUGHT_UP);
    }

    @Test
    void aTrimmedStoreResetsEveryCursor() {
        publish(here, "a", "1");
        Cursor caughtUp = follow(here, "a");
        Cursor merged = follow(here, "a", "never published to");
        Cursor behind = here.open(List.of("a"), StartRequest.latest().lastEventId("earliest"))
                .cursor();
        Cursor idle = follow(here, "never published to");
        store.trimUnseen();

        for (Cursor cursor : List.of(caughtUp, merged, behind, idle)) {
            assertThat(cursor.next(100, null)).isSameAs(Batch.LAGGED_OUT);
            assertThat(cursor.skip().reason()).isEqualTo(Reset.Reason.LAGGED);
            assertThat(cursor.next(100, null)).isSameAs(Batch.CAUGHT_UP);
        }
    }

    @Test
    void aHubGoesOnAfterATrimmedStore() {
        EventId before = publish(here, "a", "1");
        Cursor cursor = follow(here, "a");
        EventId floor = store.trimUnseen();
        cursor.skip();
        publish(there, "a", "2");

        assertThat(dataOn(cursor)).containsExactly("2");
        assertThat(here.open(List.of("a"), StartRequest.latest().lastEventId(before.toString()))
                        .reset())
                .extracting(Reset::reason)
                .isEqualTo(Reset.Reason.EVICTED);
        assertThat(dataOn(here.open(List.of("a"), StartRequest.latest().lastEventId(floor.toString()))
                        .cursor()))
                .containsExactly("2");
    }

    @Test
    void aClosedHubLeavesTheStoreAndTheOtherHubAlone() {
        here.close();
        publish(there, "a", "1");

        assertThatThrownBy(() -> here.publish("a", SseEvent.of("x")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("hub: closed");
        assertThat(store.tails()).isEqualTo(1);
        assertThat(there.stats().retainedEvents()).isEqualTo(1);
    }

    @Test
    void anEventLargerThanATopicMayRetainNeverReachesTheStore() {
        SseHub small = SseHub.builder()
                .store(store)
                .retention(Retention.builder().maxBytes(1024).build())
                .build();

        assertThatThrownBy(() -> small.publish("a", SseEvent.of("x".repeat(1024))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("event: 1031 bytes (expected: at most 960, from retention.maxBytes)");
        assertThat(here.stats().retainedEvents()).isZero();
    }
}

package dev.freshet.hub;

import static dev.freshet.log.Readings.dataOn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.harness.LogReader;
import dev.freshet.log.Batch;
import dev.freshet.log.Cursor;
import dev.freshet.log.Reset;
import dev.freshet.log.Start;
import dev.freshet.log.StartRequest;
import dev.freshet.store.EventStore;
import dev.freshet.store.StoredEntry;
import dev.freshet.store.ToldStore;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a hub makes of the history that its store tells. */
class StoreHistoryTest {
    private static final long FIRST = 7;
    private static final long SECOND = 3;

    @RegisterExtension
    final LogReader log = new LogReader();

    private static EventId id(long number, long incarnation) {
        return new EventId(number, incarnation);
    }

    private static void tell(EventStore.Sink sink, EventId id, String data) {
        byte[] body = EventEncoder.encodeBody(SseEvent.of(data));
        sink.entry(id, System.currentTimeMillis(), new StoredEntry(StoredEntry.Kind.EVENT, "t", body, null, null));
    }

    private static Start resume(SseHub hub, EventId id) {
        return hub.open(List.of("t"), StartRequest.latest().lastEventId(id.toString()));
    }

    private static Reset.@Nullable Reason reason(SseHub hub, EventId id) {
        Reset reset = resume(hub, id).reset();
        return reset == null ? null : reset.reason();
    }

    private static SseHub hub(EventStore store) {
        return SseHub.builder()
                .store(store)
                .aheadPatience(Duration.ofMinutes(1))
                .build();
    }

    @Test
    void whoWasBeforeAHistoryThatBeginsLaterIsReset() {
        ToldStore store = new ToldStore(sink -> {
            sink.begins(id(5, FIRST));
            tell(sink, id(6, FIRST), "6");
        });
        try (SseHub hub = hub(store)) {
            assertThat(reason(hub, id(4, FIRST))).isEqualTo(Reset.Reason.EVICTED);
            assertThat(dataOn(resume(hub, id(5, FIRST)).cursor())).containsExactly("6");
        }
    }

    @Test
    void aHubBeforeItsFirstEntryStandsWhereTheHistoryBegins() {
        try (SseHub hub = hub(new ToldStore(sink -> sink.begins(id(5, FIRST))))) {
            assertThat(hub.latest()).isEqualTo(id(5, FIRST));
            assertThat(reason(hub, hub.latest())).isNull();
        }
    }

    @Test
    void aPositionOfAnIncarnationThatIsNotInForceIsNoneHoweverWellItFits() {
        ToldStore store = new ToldStore(sink -> {
            sink.begins(id(1, FIRST));
            tell(sink, id(2, FIRST), "2");
            sink.lost(id(3, SECOND));
            tell(sink, id(4, SECOND), "4");
            tell(sink, id(6, SECOND), "6");
        });
        try (SseHub hub = hub(store)) {
            assertThat(dataOn(resume(hub, id(3, SECOND)).cursor())).containsExactly("4", "6");
            assertThat(dataOn(resume(hub, id(4, SECOND)).cursor())).containsExactly("6");
            for (long number : new long[] {2, 3, 5, 7}) {
                assertThat(reason(hub, id(number, FIRST))).isEqualTo(Reset.Reason.UNKNOWN);
                assertThat(hub.isOwn(id(number, FIRST))).isFalse();
            }
        }
    }

    @Test
    void aLossWhoseFloorIsNotAboveWhatCameIsOneAllTheSame() {
        ToldStore store = new ToldStore(sink -> {
            sink.begins(id(1, FIRST));
            tell(sink, id(9, FIRST), "9");
            sink.lost(id(3, SECOND));
        });
        try (SseHub hub = hub(store)) {
            assertThat(hub.latest()).isGreaterThan(id(9, FIRST));
            assertThat(reason(hub, hub.latest())).isNull();
            assertThat(reason(hub, id(9, FIRST))).isEqualTo(Reset.Reason.UNKNOWN);
            assertThat(log.text()).contains("store: lost(3-3) after 9-7 (expected: a floor above it)");
        }
    }

    @Test
    void anotherIncarnationWithoutAWordIsToldLoudlyAndResetsEverybody() {
        ToldStore store = new ToldStore(sink -> sink.begins(id(1, FIRST)));
        try (SseHub hub = hub(store)) {
            Cursor reader = resume(hub, id(1, FIRST)).cursor();
            tell(store.sink(), id(2, SECOND), "2");
            assertThat(reader.next(Integer.MAX_VALUE, null)).isSameAs(Batch.LAGGED_OUT);
            assertThat(hub.latest()).isEqualTo(id(2, SECOND));
            assertThat(log.text()).contains("of another incarnation");
        }
    }

    @Test
    void whatAStartedTopicHasIsThereAlsoWhereItsStartIsTrimmed() {
        StoredEntry of = new StoredEntry(
                StoredEntry.Kind.EVENT, "t", EventEncoder.encodeBody(SseEvent.of("5")), null, id(2, FIRST));
        ToldStore store = new ToldStore(sink -> {
            sink.begins(id(4, FIRST));
            sink.entry(id(5, FIRST), System.currentTimeMillis(), of);
        });
        try (SseHub hub = hub(store)) {
            assertThat(hub.topic("t").start()).isEqualTo(id(2, FIRST));
            assertThat(dataOn(resume(hub, id(4, FIRST)).cursor())).containsExactly("5");
            assertThat(reason(hub, id(2, FIRST))).isEqualTo(Reset.Reason.EVICTED);
        }
    }

    @Test
    void anEntryOfAStartThatThisNodeNeverSawIsNoSilentGap() {
        StoredEntry of = new StoredEntry(
                StoredEntry.Kind.EVENT, "t", EventEncoder.encodeBody(SseEvent.of("6")), null, id(5, FIRST));
        ToldStore store = new ToldStore(sink -> sink.begins(id(4, FIRST)));
        try (SseHub hub = hub(store)) {
            Cursor reader = resume(hub, id(4, FIRST)).cursor();
            store.sink().entry(id(6, FIRST), System.currentTimeMillis(), of);
            assertThat(reader.next(Integer.MAX_VALUE, null)).isSameAs(Batch.LAGGED_OUT);
        }
    }

    @Test
    void whatWasLostIsAResetForAllWhoWereBefore() {
        ToldStore store = new ToldStore(sink -> {
            sink.begins(id(1, FIRST));
            tell(sink, id(2, FIRST), "2");
        });
        try (SseHub hub = hub(store)) {
            Cursor reader = resume(hub, id(2, FIRST)).cursor();
            store.sink().lost(id(9, SECOND));
            tell(store.sink(), id(10, SECOND), "10");

            assertThat(reader.next(Integer.MAX_VALUE, null)).isSameAs(Batch.LAGGED_OUT);
            assertThat(reason(hub, id(2, FIRST))).isEqualTo(Reset.Reason.UNKNOWN);
            assertThat(dataOn(resume(hub, id(9, SECOND)).cursor())).containsExactly("10");
            assertThat(log.text()).contains("store: entries after 2-7 are lost");
        }
    }

    @Test
    void anIdThatGoesBackIsToldLoudlyAndResetsWhoFollowsItsTopic() {
        ToldStore store = new ToldStore(sink -> {
            sink.begins(id(1, FIRST));
            tell(sink, id(5, FIRST), "5");
        });
        try (SseHub hub = hub(store)) {
            Cursor reader = resume(hub, id(5, FIRST)).cursor();
            tell(store.sink(), id(4, FIRST), "4");

            assertThat(reader.next(Integer.MAX_VALUE, null)).isSameAs(Batch.LAGGED_OUT);
            assertThat(log.text()).contains("ERROR").contains("store: entry 4-7 after 5-7 (expected: one above it)");
        }
    }

    @Test
    void aPositionThatThisNodeHasNotSeenYetIsWaitedFor() {
        ToldStore store = new ToldStore(sink -> sink.begins(id(1, FIRST)));
        try (SseHub hub = hub(store)) {
            CompletableFuture<Void> seen =
                    Objects.requireNonNull(hub.awaitPosition("3-7")).toCompletableFuture();
            tell(store.sink(), id(2, FIRST), "2");
            assertThat(seen).isNotDone();
            tell(store.sink(), id(3, FIRST), "3");
            assertThat(seen).isCompleted();
            assertThat(hub.awaitPosition("3-7")).isNull();
            assertThat(hub.awaitPosition("order-7")).isNull();
        }
    }

    @Test
    void aPositionThatNeverComesIsNotWaitedForForEver() {
        ToldStore store = new ToldStore(sink -> sink.begins(id(1, FIRST)));
        try (SseHub hub =
                SseHub.builder().store(store).aheadPatience(Duration.ZERO).build()) {
            CompletionStage<Void> over = Objects.requireNonNull(hub.awaitPosition("3-7"));
            over.toCompletableFuture().join();
            assertThat(reason(hub, id(3, FIRST))).isEqualTo(Reset.Reason.AHEAD);
        }
    }

    @Test
    void aHubThatIsClosedEndsTheWait() {
        ToldStore store = new ToldStore(sink -> sink.begins(id(1, FIRST)));
        SseHub hub = hub(store);
        CompletionStage<Void> waiting = Objects.requireNonNull(hub.awaitPosition("3-7"));
        hub.close();
        assertThat(waiting.toCompletableFuture()).isCompletedExceptionally();
    }
}

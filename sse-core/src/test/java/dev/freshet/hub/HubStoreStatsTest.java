package dev.freshet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.store.StoreStats;
import dev.freshet.store.StoredEntry;
import dev.freshet.store.ToldStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HubStoreStatsTest {
    /** Acknowledges and brings what a test has it. */
    private static final class CountingStore extends ToldStore {
        final List<CompletableFuture<EventId>> appends = new ArrayList<>();

        @Nullable
        String problem;

        CountingStore() {
            super(sink -> sink.begins(id(0)));
        }

        @Override
        public CompletionStage<EventId> append(StoredEntry entry, String key) {
            CompletableFuture<EventId> appended = new CompletableFuture<>();
            appends.add(appended);
            return appended;
        }

        void bring(long number, long time) {
            byte[] body = EventEncoder.encodeBody(SseEvent.of("" + number));
            sink().entry(id(number), time, new StoredEntry(StoredEntry.Kind.EVENT, "t", body, null, null));
        }

        @Override
        public StoreStats stats() {
            return new StoreStats(1, 2, 3, 4, problem);
        }
    }

    private final CountingStore store = new CountingStore();
    private final SseHub hub = SseHub.builder().store(store).build();

    @AfterEach
    void close() {
        store.appends.forEach(append -> append.completeExceptionally(new IllegalStateException("the test is over")));
        hub.close();
    }

    private static EventId id(long number) {
        return new EventId(number, 7);
    }

    private HubStoreStats stats() {
        return Objects.requireNonNull(hub.storeStats());
    }

    @Test
    void aHubInMemoryHasNone() {
        try (SseHub inMemory = SseHub.create()) {
            assertThat(inMemory.storeStats()).isNull();
        }
    }

    @Test
    void whatTheStoreAcknowledgesAndWhatItDoesNotIsCounted() {
        for (int i = 0; i < 4; i++) {
            hub.publish("t", SseEvent.of("a"));
        }
        assertThat(stats().appending()).isEqualTo(4);
        assertThat(stats().appendNanos()).isZero();

        store.appends.get(0).complete(id(1));
        store.appends.get(1).complete(id(2));
        store.appends.get(2).completeExceptionally(new IllegalStateException("as the test wants"));

        assertThat(stats().appended()).isEqualTo(2);
        assertThat(stats().failed()).isOne();
        assertThat(stats().appending()).isOne();
        assertThat(stats().appendNanos()).isPositive();
    }

    @Test
    void whatIsAcknowledgedIsUnreadUntilTheTailBringsIt() {
        hub.publish("t", SseEvent.of("a"));
        hub.complete("u", SseEvent.of("a"));
        store.appends.get(0).complete(id(1));
        store.appends.get(1).complete(id(2));
        assertThat(stats().unread()).isEqualTo(2);

        store.bring(1, 1_001);
        assertThat(stats().unread()).isOne();
        store.bring(2, 1_002);
        store.bring(3, 1_003);

        assertThat(stats().unread()).isZero();
        assertThat(stats().read()).isEqualTo(3);
        assertThat(stats().newestMillis()).isEqualTo(1_003);
    }

    @Test
    void lossesAndEntriesThatHaveNoPlaceAreCounted() {
        store.bring(5, 1_000);
        store.bring(4, 1_000);
        store.sink().lost(id(9));

        assertThat(stats().refused()).isOne();
        assertThat(stats().losses()).isOne();
    }

    @Test
    void whatTheStoreTellsOfItselfIsHandedOn() {
        assertThat(stats().store()).isEqualTo(new StoreStats(1, 2, 3, 4, null));
        assertThat(stats().problem()).isNull();

        store.problem = "store: not there";
        assertThat(stats().problem()).isEqualTo("store: not there");
    }
}

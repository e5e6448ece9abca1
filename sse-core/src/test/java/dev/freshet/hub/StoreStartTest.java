package dev.freshet.hub;

import static dev.freshet.log.Readings.dataOn;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.log.Start;
import dev.freshet.log.StartRequest;
import dev.freshet.log.TopicEndedException;
import dev.freshet.log.TopicStartedException;
import dev.freshet.store.EventStore;
import dev.freshet.store.StoredEntry;
import dev.freshet.store.StoredEntry.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a hub does whose store is not there yet. */
class StoreStartTest {
    private static final long INCARNATION = 7;
    private static final int PATIENCE_SECONDS = 20;

    /** A tail that was asked for. */
    private record Asked(EventStore.Sink sink, CompletableFuture<EventStore.Tail> begun) {
        void fail() {
            begun.completeExceptionally(new IOException("not there"));
        }

        void begin(SseHub hub) {
            begun.complete(() -> {});
            while (!hub.isLoaded()) { // it may be another thread that goes on
                Thread.onSpinWait();
            }
        }

        void tell(long number, Kind kind) {
            sink.entry(id(number), System.currentTimeMillis(), stored(number, kind));
        }
    }

    /** Its tails begin and its appends complete as a test has them. */
    private static final class AwayStore implements EventStore {
        final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
        final BlockingQueue<CompletableFuture<EventId>> appends = new LinkedBlockingQueue<>();
        Consumer<Asked> atFirst = first -> {};

        Asked next() throws InterruptedException {
            return Objects.requireNonNull(asked.poll(PATIENCE_SECONDS, SECONDS), "a tail");
        }

        @Override
        public CompletionStage<EventId> append(StoredEntry entry, String key) {
            CompletableFuture<EventId> appended = new CompletableFuture<>();
            appends.add(appended);
            return appended;
        }

        @Override
        public boolean isIdempotent() {
            return false;
        }

        @Override
        public boolean isShared() {
            return true;
        }

        @Override
        public CompletionStage<Tail> tail(Sink sink) {
            Asked next = new Asked(sink, new CompletableFuture<>());
            atFirst.accept(next);
            atFirst = later -> {};
            asked.add(next);
            return next.begun;
        }
    }

    private final AwayStore store = new AwayStore();
    private @Nullable SseHub hub;

    @AfterEach
    void close() {
        store.appends.forEach(append -> append.completeExceptionally(new IllegalStateException("the test is over")));
        if (hub != null) {
            hub.close();
        }
    }

    private static EventId id(long number) {
        return new EventId(number, INCARNATION);
    }

    private static StoredEntry stored(long number, Kind kind) {
        byte[] body = kind == Kind.EVENT || kind == Kind.LAST
                ? EventEncoder.encodeBody(SseEvent.of("" + number))
                : new byte[0];
        return new StoredEntry(kind, "t", body, null, null);
    }

    private SseHub retrying() {
        SseHub built = SseHub.builder()
                .store(store)
                .storeStart(StoreStart.RETRY, Duration.ofMinutes(1))
                .build();
        hub = built;
        return built;
    }

    /** A hub whose store failed once. */
    private SseHub away() throws Exception {
        store.atFirst = Asked::fail;
        SseHub away = retrying();
        store.next();
        return away;
    }

    private static String problem(SseHub hub) {
        return String.valueOf(Objects.requireNonNull(hub.storeStats()).problem());
    }

    private static Start earliest(SseHub hub) {
        return hub.open(List.of("t"), StartRequest.latest().fromEarliest());
    }

    @Test
    void aHubThatNeedsItsStoreFailsWithoutIt() {
        store.atFirst = Asked::fail;

        assertThatIllegalStateException()
                .isThrownBy(() -> SseHub.builder().store(store).build())
                .withMessage("store: cannot load what it keeps: java.io.IOException: not there");
    }

    @Test
    void aTimeoutThatIsNoneIsRefused() {
        for (Duration timeout : List.of(Duration.ZERO, Duration.ofHours(1).plusNanos(1))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SseHub.builder().storeStart(StoreStart.RETRY, timeout))
                    .withMessage("storeStart.timeout: " + timeout + " (expected: 1 ms to 1 hour)");
        }
    }

    @Test
    void aTailThatBeginsWhenItsHubHasFailedIsEnded() throws Exception {
        assertThatIllegalStateException().isThrownBy(() -> SseHub.builder()
                .store(store)
                .storeStart(StoreStart.FAIL, Duration.ofMillis(1))
                .build());
        Asked late = store.next();
        assertThat(late.sink.isOver()).isTrue();

        CompletableFuture<Void> ended = new CompletableFuture<>();
        late.begun.complete(() -> ended.complete(null));

        ended.get(PATIENCE_SECONDS, SECONDS);
    }

    @Test
    void aHubComesUpWithoutItsStoreAndLoadsWhatThatKeepsOnceItCan() throws Exception {
        SseHub away = away();
        assertThat(away.isLoaded()).isFalse();
        assertThat(problem(away)).isEqualTo("store: not loaded yet: java.io.IOException: not there");
        assertThatIllegalStateException().isThrownBy(() -> earliest(away)).withMessage("hub: not loaded yet");
        assertThat(away.awaitPlace(id(3).toString())).isNull();

        store.next().fail();
        Asked there = store.next();
        there.sink.begins(id(1));
        there.tell(2, Kind.EVENT);
        assertThatIllegalStateException().isThrownBy(() -> earliest(away));
        there.begin(away);

        assertThat(away.isLoaded()).isTrue();
        assertThat(problem(away)).isEqualTo("null");
        assertThat(dataOn(earliest(away).cursor())).containsExactly("2");
    }

    @Test
    void aHubThatHasWaitedLongEnoughComesUpAndIsLoadedLater() throws Exception {
        SseHub slow = SseHub.builder()
                .store(store)
                .storeStart(StoreStart.RETRY, Duration.ofMillis(1))
                .build();
        hub = slow;
        assertThat(problem(slow)).isEqualTo("store: not loaded yet");

        Asked there = store.next();
        there.sink.begins(id(1));
        there.begin(slow);

        assertThat(slow.isLoaded()).isTrue();
        assertThat(store.asked).isEmpty();
    }

    @Test
    void aTailGoesOnWhereTheOneBeforeFailed() throws Exception {
        store.atFirst = first -> {
            first.sink.begins(id(1));
            first.sink.ended("early", null, id(1), System.currentTimeMillis());
            first.tell(2, Kind.EVENT);
            first.tell(3, Kind.LAST);
            first.sink.lost(id(4));
            first.tell(5, Kind.EVENT);
            first.fail();
        };
        SseHub away = retrying();
        store.next();

        Asked there = store.next();
        there.sink.begins(id(1));
        there.sink.ended("early", null, id(1), System.currentTimeMillis());
        there.tell(2, Kind.EVENT);
        there.tell(3, Kind.LAST);
        there.sink.lost(id(4));
        there.tell(5, Kind.EVENT);
        there.tell(6, Kind.EVENT);
        there.begin(away);

        HubStoreStats stats = Objects.requireNonNull(away.storeStats());
        assertThat(stats.refused()).isZero();
        assertThat(stats.losses()).isOne();
        assertThat(away.open(List.of("t"), StartRequest.latest().lastEventId(id(5).toString()))
                        .outcome())
                .isEqualTo(Start.Outcome.RESUMED);
        assertThat(away.latest()).isEqualTo(id(6));
        there.tell(2, Kind.EVENT);
        assertThat(Objects.requireNonNull(away.storeStats()).refused())
                .as("it goes back")
                .isOne();
    }

    @Test
    void aTailWhoseHistoryBeginsBehindWhatTheOneBeforeBroughtLosesThat() throws Exception {
        store.atFirst = first -> {
            first.sink.begins(id(1));
            first.tell(2, Kind.EVENT);
            first.fail();
        };
        SseHub away = retrying();
        store.next();

        Asked there = store.next();
        there.sink.begins(id(5));
        there.tell(6, Kind.EVENT);
        there.begin(away);

        assertThat(dataOn(earliest(away).cursor())).containsExactly("6");
        assertThat(away.open(List.of("t"), StartRequest.latest().lastEventId(id(2).toString()))
                        .outcome())
                .isEqualTo(Start.Outcome.RESET);
    }

    @Test
    void whatIsPublishedBeforeTheStoreIsThereIsReadOnceItIs() throws Exception {
        SseHub away = away();
        CompletableFuture<EventId> published =
                away.publish("t", SseEvent.of("early")).toCompletableFuture();
        store.appends.take().complete(id(2));
        assertThat(published).isNotDone();

        Asked there = store.next();
        there.sink.begins(id(1));
        there.tell(2, Kind.EVENT);
        there.begin(away);

        assertThat(published.get(PATIENCE_SECONDS, SECONDS)).isEqualTo(id(2));
    }

    @Test
    void whatATopicTakesIsSaidOnceItIsKnown() throws Exception {
        SseHub away = away();
        CompletableFuture<EventId> ofStarted =
                away.started("t", id(2)).publish(SseEvent.of("goes on")).toCompletableFuture();
        CompletableFuture<EventId> started = away.start("t").toCompletableFuture();
        CompletableFuture<EventId> behindTheEnd =
                away.publish("t", SseEvent.of("too late")).toCompletableFuture();
        store.appends.take().complete(id(3));
        store.appends.take().complete(id(4));
        store.appends.take().complete(id(6));

        Asked there = store.next();
        there.sink.begins(id(1));
        there.tell(2, Kind.START);
        there.tell(3, Kind.EVENT);
        there.tell(4, Kind.START);
        there.tell(5, Kind.LAST);
        there.tell(6, Kind.EVENT);
        there.begin(away);

        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> started.get(PATIENCE_SECONDS, SECONDS))
                .withCauseInstanceOf(TopicStartedException.class);
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> behindTheEnd.get(PATIENCE_SECONDS, SECONDS))
                .withCauseInstanceOf(TopicEndedException.class);
        assertThat(ofStarted.get(PATIENCE_SECONDS, SECONDS)).isEqualTo(id(3));
    }

    @Test
    void aHubThatIsClosedBeforeItsStoreIsThereEndsItsTail() throws Exception {
        SseHub slow = away();
        Asked late = store.next();

        slow.close();

        assertThat(slow.isClosed()).isTrue();
        assertThat(late.sink.isOver()).isTrue();
        CompletableFuture<Void> ended = new CompletableFuture<>();
        late.begun.complete(() -> ended.complete(null));
        ended.get(PATIENCE_SECONDS, SECONDS);
        late.sink.begins(id(1));
        assertThat(slow.latest()).isNotEqualTo(id(1));
    }
}

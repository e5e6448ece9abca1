package dev.freshet.hub;

import static dev.freshet.log.Readings.dataOn;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.freshet.event.EventId;
import dev.freshet.event.ResumeOutcome;
import dev.freshet.event.SseEvent;
import dev.freshet.log.Start;
import dev.freshet.log.StartRequest;
import dev.freshet.log.TopicEndedException;
import dev.freshet.log.TopicStartedException;
import dev.freshet.log.TopicState;
import dev.freshet.store.StoredEntry.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** What a hub does whose store is not there yet. */
class StoreStartTest extends AwayStoreFixture {
    private static final int PATIENCE_SECONDS = 20;

    private static String problem(SseHub hub) {
        return String.valueOf(Objects.requireNonNull(hub.storeStats()).problem());
    }

    private static Start earliest(SseHub hub) {
        return hub.open(List.of("t"), StartRequest.latest().fromEarliest());
    }

    @Test
    void aHubThatNeedsItsStoreFailsWithoutIt() {
        store.atFirst = AwayStore.Asked::fail;

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
        assertThatIllegalStateException()
                .isThrownBy(() -> SseHub.builder()
                        .store(store)
                        .storeStart(StoreStart.FAIL, Duration.ofMillis(1))
                        .build())
                .withMessage("storeStart.timeout: PT0.001S (expected: what the store keeps is loaded by then)");
        AwayStore.Asked late = store.next();
        assertThat(late.sink().isOver()).isTrue();

        CompletableFuture<Void> ended = new CompletableFuture<>();
        late.begun().complete(() -> ended.complete(null));

        ended.get(PATIENCE_SECONDS, SECONDS);
    }

    @Test
    void aHubComesUpWithoutItsStoreAndLoadsWhatThatKeepsOnceItCan() throws Exception {
        SseHub away = away();
        assertThat(away.isLoaded()).isFalse();
        assertThat(problem(away)).isEqualTo("store: not loaded yet: java.io.IOException: not there");
        assertThatIllegalStateException().isThrownBy(() -> earliest(away)).withMessage("hub: not loaded yet");
        assertThat(away.awaitPosition(AwayStore.id(3).toString())).isNull();

        store.next().fail();
        AwayStore.Asked there = store.next();
        there.sink().begins(AwayStore.id(1));
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
        assertThat(problem(slow)).isEqualTo("store: not loaded yet: it takes longer than PT0.001S");

        AwayStore.Asked there = store.next();
        there.sink().begins(AwayStore.id(1));
        there.begin(slow);

        assertThat(slow.isLoaded()).isTrue();
    }

    @Test
    void aTailGoesOnWhereTheOneBeforeFailed() throws Exception {
        store.atFirst = first -> {
            first.sink().begins(AwayStore.id(1));
            first.sink().ended("early", null, AwayStore.id(1), System.currentTimeMillis());
            first.tell(2, Kind.EVENT);
            first.tell(3, Kind.LAST);
            first.sink().lost(AwayStore.id(4));
            first.tell(5, Kind.EVENT);
            first.fail();
        };
        SseHub away = retrying();
        store.next();

        AwayStore.Asked there = store.next();
        there.sink().begins(AwayStore.id(1));
        there.sink().ended("early", null, AwayStore.id(1), System.currentTimeMillis());
        there.tell(2, Kind.EVENT);
        there.tell(3, Kind.LAST);
        there.sink().lost(AwayStore.id(4));
        there.tell(5, Kind.EVENT);
        there.tell(6, Kind.EVENT);
        there.begin(away);

        HubStoreStats stats = Objects.requireNonNull(away.storeStats());
        assertThat(stats.refused()).isZero();
        assertThat(stats.losses()).isOne();
        assertThat(away.open(
                                List.of("t"),
                                StartRequest.latest()
                                        .lastEventId(AwayStore.id(5).toString()))
                        .outcome())
                .isEqualTo(ResumeOutcome.RESUMED);
        assertThat(away.latest()).isEqualTo(AwayStore.id(6));
        there.tell(2, Kind.EVENT);
        assertThat(Objects.requireNonNull(away.storeStats()).refused())
                .as("it goes back")
                .isOne();
    }

    @Test
    void whatHadEndedIsKnownWhereTheTailBeforeFailedBeforeItSaidSo() throws Exception {
        store.atFirst = first -> {
            first.sink().begins(AwayStore.id(5));
            first.fail();
        };
        SseHub away = retrying();
        store.next();

        AwayStore.Asked there = store.next();
        there.sink().begins(AwayStore.id(5));
        there.sink().ended("early", null, AwayStore.id(3), System.currentTimeMillis());
        there.begin(away);

        assertThat(away.state("early")).isEqualTo(TopicState.ENDED);
    }

    @Test
    void aTailWhoseHistoryBeginsBehindWhatTheOneBeforeBroughtLosesThat() throws Exception {
        store.atFirst = first -> {
            first.sink().begins(AwayStore.id(1));
            first.tell(2, Kind.EVENT);
            first.fail();
        };
        SseHub away = retrying();
        store.next();

        AwayStore.Asked there = store.next();
        there.sink().begins(AwayStore.id(5));
        there.tell(6, Kind.EVENT);
        there.begin(away);

        assertThat(dataOn(earliest(away).cursor())).containsExactly("6");
        assertThat(away.open(
                                List.of("t"),
                                StartRequest.latest()
                                        .lastEventId(AwayStore.id(2).toString()))
                        .outcome())
                .isEqualTo(ResumeOutcome.RESET);
    }

    @Test
    void whatIsPublishedBeforeTheStoreIsThereIsReadOnceItIs() throws Exception {
        SseHub away = away();
        CompletableFuture<EventId> published =
                away.publish("t", SseEvent.of("early")).toCompletableFuture();
        store.appends.take().complete(AwayStore.id(2));
        assertThat(published).isNotDone();

        AwayStore.Asked there = store.next();
        there.sink().begins(AwayStore.id(1));
        there.tell(2, Kind.EVENT);
        there.begin(away);

        assertThat(published.get(PATIENCE_SECONDS, SECONDS)).isEqualTo(AwayStore.id(2));
    }

    @Test
    void whatWaitsToBeReadIsBoundedWhileTheHubIsNotLoaded() throws Exception {
        SseHub away = away();
        for (int i = 0; i < 262_144; i++) {
            assertThat(away.publish("t", SseEvent.of("kept")).toCompletableFuture())
                    .isNotDone();
            store.appends.remove().complete(AwayStore.id(i + 2));
        }

        CompletableFuture<EventId> over = away.publish("t", SseEvent.of("over")).toCompletableFuture();

        assertThat(store.appends).as("what the store is given").isEmpty();
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> over.get(PATIENCE_SECONDS, SECONDS))
                .withMessageContaining("store: 262144 entries are kept and not read yet (expected: fewer than 262144)")
                .withMessageContaining("store: not loaded yet: java.io.IOException: not there");
    }

    @Test
    void whatATopicTakesIsSaidOnceItIsKnown() throws Exception {
        SseHub away = away();
        CompletableFuture<EventId> ofStarted = away.started("t", AwayStore.id(2))
                .publish(SseEvent.of("goes on"))
                .toCompletableFuture();
        CompletableFuture<EventId> started = away.start("t").toCompletableFuture();
        CompletableFuture<EventId> behindTheEnd =
                away.publish("t", SseEvent.of("too late")).toCompletableFuture();
        store.appends.take().complete(AwayStore.id(3));
        store.appends.take().complete(AwayStore.id(4));
        store.appends.take().complete(AwayStore.id(6));

        AwayStore.Asked there = store.next();
        there.sink().begins(AwayStore.id(1));
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
        assertThat(ofStarted.get(PATIENCE_SECONDS, SECONDS)).isEqualTo(AwayStore.id(3));
    }

    @Test
    void aHubThatIsClosedBeforeItsStoreIsThereEndsItsTail() throws Exception {
        SseHub slow = away();
        AwayStore.Asked late = store.next();

        slow.close();

        assertThat(slow.isClosed()).isTrue();
        assertThat(late.sink().isOver()).isTrue();
        CompletableFuture<Void> ended = new CompletableFuture<>();
        late.begun().complete(() -> ended.complete(null));
        ended.get(PATIENCE_SECONDS, SECONDS);
        late.sink().begins(AwayStore.id(1));
        assertThat(slow.latest()).isNotEqualTo(AwayStore.id(1));
    }
}

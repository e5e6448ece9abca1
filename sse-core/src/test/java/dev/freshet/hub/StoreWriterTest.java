package dev.freshet.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.log.EndPosition;
import dev.freshet.log.HubLog;
import dev.freshet.store.EventStore;
import dev.freshet.store.RefusingStore;
import dev.freshet.store.StoreStats;
import dev.freshet.store.StoredEntry;
import dev.freshet.store.ToldStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** What a writer counts, and tells the leases. */
class StoreWriterTest extends TopicLeasesFixture {
    private static final String TOPIC = "answers/1";

    private final RefusingStore broken = new RefusingStore(store);
    private final List<TopicLeases> made = new ArrayList<>();

    private StoreWriter writer(EventStore on) {
        HubLog log = HubLog.onStore(SseHub.builder().options());
        return new StoreWriter(
                log, new StoreOptions(on, StoreStart.FAIL, PATIENCE, Duration.ZERO, 1, (appender, its) -> {
                    made.add(new TopicLeases(
                            Map.of("answers/*", new TopicLease(TIME, LAST)),
                            nanos::get,
                            new LeaseWriter(appender),
                            its,
                            LeaseTimer::arm));
                    return made.get(0);
                }));
    }

    private static TopicLease lease(TopicLeases leases) {
        return Objects.requireNonNull(leases.of(TOPIC));
    }

    private static HubStoreStats stats(SseHub hub) {
        return Objects.requireNonNull(hub.storeStats());
    }

    @Test
    void disturbancesAreReconnectionsAndLossesAlsoWhereTheStoreHasNoStatistics() {
        class Counting extends ToldStore {
            private boolean isBroken;

            Counting() {
                super(sink -> sink.begins(AwayStore.id(1)));
            }

            @Override
            public StoreStats stats() {
                if (isBroken) {
                    throw new IllegalStateException("as the test wants");
                }
                return new StoreStats(0, 0, 3, 0, null);
            }
        }
        Counting counting = new Counting();
        StoreWriter writer = writer(counting);
        assertThat(writer.disturbances()).isEqualTo(3);
        counting.sink().lost(AwayStore.id(2));
        assertThat(writer.disturbances()).isEqualTo(4);
        counting.isBroken = true;
        assertThat(writer.disturbances()).isEqualTo(4);
        writer.close();
    }

    @Test
    void theLeasesOfAHubThatCannotBeBuiltAreClosed() {
        store.failWith(new IllegalStateException("as the test wants"));
        assertThatIllegalStateException().isThrownBy(() -> writer(store));
        assertThat(made.get(0).isUnanswered(dueTopic(made.get(0)))).isFalse();
    }

    private static DueTopics.Due dueTopic(TopicLeases leases) {
        DueTopics.Open topic = new DueTopics.Open(TOPIC, AwayStore.id(1), lease(leases), 0);
        lease(leases).probed.put(topic, 0);
        topic.decision = new DueTopics.Due(topic, 0);
        return topic.decision;
    }

    @Test
    void theLeasesOfAHubAreClosedWithIt() {
        SseHub hub = node(store);
        TopicLeases leases = Objects.requireNonNull(hub.leases());
        assertThat(leases.isUnanswered(dueTopic(leases))).isTrue();
        assertThat(hub.isClosed()).isFalse();
        assertThat(hub.isShared()).isTrue();
        hub.close();
        assertThat(leases.isUnanswered(dueTopic(leases))).isFalse();
        assertThat(hub.isClosed()).isTrue();
    }

    @Test
    void anEntryForWhichTheStoreThrowsHasFailed() {
        SseHub hub = node(broken);
        broken.failWith(new AssertionError("broken"));
        assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> hub.publish("t", SseEvent.of("a")));
        assertThat(stats(hub).failed()).isOne();
        assertThat(stats(hub).appending()).isZero();
    }

    @Test
    void aStartForWhichTheStoreThrowsIsNotOnItsWayAnyMore() {
        SseHub hub = node(broken);
        broken.failWith(new AssertionError("broken"));
        assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> hub.start(TOPIC));
        TopicLeases leases = Objects.requireNonNull(hub.leases());
        leases.ends(TOPIC, null);
        assertThat(lease(leases).hasEndedWhileStarting(TOPIC)).isFalse();
    }

    @Test
    void theTimeOfAnAppendIsThatUntilItsAcknowledgement() {
        SseHub hub = node(store);
        long before = System.nanoTime();
        hub.publish("t", SseEvent.of("a"));
        assertThat(stats(hub).appendNanos()).isBetween(0L, System.nanoTime() - before);
    }

    @Test
    void whoEndsMayReadWhatTheTailHasDeliveredBefore() {
        StoreWriter writer = writer(new ToldStore(sink -> sink.begins(AwayStore.id(7))));
        EndPosition end = new EndPosition();
        writer.fix(end);
        assertThat(end.fixAfter(AwayStore.id(1))).isEqualTo(AwayStore.id(7));
        writer.close();
    }

    @Test
    void anEndThatIsRefusedAsTooMuchIsUnreadIsAnEndForTheLease() {
        CompletableFuture<EventId> start = new CompletableFuture<>();
        SseHub hub = node(new ToldStore() {
            private long count;

            @Override
            public CompletionStage<EventId> append(StoredEntry entry, String key) {
                return entry.kind() == StoredEntry.Kind.START
                        ? start
                        : CompletableFuture.completedFuture(new EventId(Long.MAX_VALUE / 2, ++count << 32));
            }
        });
        hub.start(TOPIC);
        for (int i = 0; i < 262_144; i++) {
            hub.publish("t", SseEvent.of("unread"));
        }
        assertThatThrownBy(hub.complete(TOPIC, LAST).toCompletableFuture()::join)
                .hasCauseInstanceOf(RejectedExecutionException.class);
        assertThat(lease(Objects.requireNonNull(hub.leases())).hasEndedWhileStarting(TOPIC))
                .isTrue();
        start.completeExceptionally(new IllegalStateException("over"));
    }
}

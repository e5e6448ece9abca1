package dev.freshet.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.log.Batch;
import dev.freshet.log.Cursor;
import dev.freshet.log.EndPosition;
import dev.freshet.log.FollowerListener;
import dev.freshet.log.Retention;
import dev.freshet.log.Snapshot;
import dev.freshet.log.StartRequest;
import dev.freshet.log.TopicNameException;
import dev.freshet.log.TopicState;
import dev.freshet.store.MemoryStore;
import dev.freshet.store.OwnStore;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each call of a hub refuses and returns. */
class SseHubCallsTest {
    private static final SseEvent EVENT = SseEvent.of("a");
    private static final FollowerListener NOBODY = new FollowerListener() {
        @Override
        public void first(String topic) {}

        @Override
        public void last(String topic) {}
    };

    private final SseHub hub = SseHub.create();
    private final MemoryStore store = new MemoryStore();
    private final SseHub shared = SseHub.builder().store(store).build();

    @AfterEach
    void close() {
        hub.close();
        shared.close();
    }

    static Stream<Consumer<SseHub>> callsWithNoTopic() {
        EventId start = new EventId(1, 1);
        return Stream.of(
                to -> to.publish("", EVENT),
                to -> to.complete("", EVENT),
                to -> to.start(""),
                to -> to.started("", start),
                to -> to.remove(""),
                to -> to.state(""),
                to -> to.topic(""),
                to -> to.onFollowers("", NOBODY),
                to -> to.open(List.of(""), StartRequest.latest()),
                to -> SseSnapshot.of(to, List.of(""), Runnable::run, () -> SseSnapshot.State.of(List.of())),
                to -> SseHub.checkTopic(""));
    }

    @ParameterizedTest
    @MethodSource("callsWithNoTopic")
    void anEmptyTopicIsRefused(Consumer<SseHub> call) {
        assertThatExceptionOfType(TopicNameException.class).isThrownBy(() -> call.accept(hub));
    }

    @Test
    void anOwnIdOfTheFormOfAPositionIsRefused() {
        SseEvent event = SseEvent.builder().data("a").id("1-2").build();
        assertThatIllegalArgumentException().isThrownBy(() -> hub.publish("t", event));
        assertThatIllegalArgumentException().isThrownBy(() -> hub.checkEventId(event));
    }

    @Test
    void aRemovalHasAPosition() {
        hub.publish("t", EVENT);
        assertThat(hub.remove("t")).isCompletedWithValueMatching(hub.latest()::equals);
        assertThat(hub.state("t")).isEqualTo(TopicState.UNKNOWN);
    }

    @Test
    void aHubIsSharedWhereItsStoreIs() {
        assertThat(hub.isShared()).isFalse();
        assertThat(shared.isShared()).isTrue();
        try (SseHub alone = SseHub.builder().store(new OwnStore(store)).build()) {
            assertThat(alone.isShared()).isFalse();
        }
    }

    @Test
    void aHubIsClosedOnceItWas() {
        for (SseHub each : List.of(hub, shared)) {
            assertThat(each.isClosed()).isFalse();
            each.close();
            assertThat(each.isClosed()).isTrue();
        }
    }

    @Test
    void anEndIsReadableAtOnceInMemory() {
        Cursor cursor = hub.open(List.of("t"), StartRequest.latest()).cursor();
        EndPosition end = new EndPosition();
        cursor.endAt(end);
        assertThat(hub.fix(end)).isCompleted();
        hub.publish("t", EVENT);
        assertThat(cursor.next(Integer.MAX_VALUE, null)).isSameAs(Batch.ENDED);
        cursor.close();
    }

    private static EventId ahead(SseHub of) {
        return new EventId(of.latest().millis() + 1, of.latest().sequence());
    }

    @Test
    void onlyAPositionAheadOnASharedStoreIsWaitedFor() {
        shared.publish("t", EVENT);
        assertThat(hub.awaitPosition(ahead(hub).toString())).isNull();
        assertThat(shared.awaitPosition("own")).isNull();
        assertThat(shared.awaitPosition(shared.latest().toString())).isNull();
        try (SseHub patient = SseHub.builder()
                .store(store)
                .aheadPatience(Duration.ofMinutes(1))
                .build()) {
            EventId next =
                    new EventId(patient.latest().millis(), patient.latest().sequence() + (1L << 32));
            CompletableFuture<Void> reached = Objects.requireNonNull(patient.awaitPosition(next.toString()));
            assertThat(reached).isNotDone();
            shared.publish("t", EVENT);
            assertThat(reached).isCompleted();
        }
    }

    @Test
    void anApplicationsTopicPatternsAreChecked() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SseHub.builder().retention("a*b", Retention.none()))
                .withMessageContaining("topicPattern");
    }

    @Test
    void theLastEventOfALeaseIsCheckedAgainstTheRetentionOfTheHub() {
        SseHubBuilder builder = SseHub.builder()
                .store(store)
                .retention(Retention.builder().maxBytes(1024).build())
                .lease("answers/*", Duration.ofMinutes(1), SseEvent.of("x".repeat(2048)));
        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessageStartingWith("lease.last of \"answers/*\": event: 2055 bytes");
    }

    @Test
    void aSnapshotMayStandAtTheNewestPositionAndIsOpenedAt() throws Exception {
        EventId newest = hub.publish("t", EVENT).toCompletableFuture().join();
        SseSnapshot snapshot = SseSnapshot.of(
                hub, List.of("t"), task -> new Thread(task).start(), () -> SseSnapshot.State.of(List.of(EVENT))
                        .at(newest));
        Snapshot taken = snapshot.next(null).toCompletableFuture().join();
        assertThat(taken.position()).isEqualTo(newest);
        assertThat(snapshot.open(List.of("t"), StartRequest.latest(), taken)).isNotNull();
    }
}

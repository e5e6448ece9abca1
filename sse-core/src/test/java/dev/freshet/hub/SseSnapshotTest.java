package dev.freshet.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.harness.LogReader;
import dev.freshet.hub.SseSnapshot.State;
import dev.freshet.log.Retention;
import dev.freshet.log.Snapshot;
import dev.freshet.log.StartRequest;
import dev.freshet.store.MemoryStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The state of topics is taken once for all who come while it serves. */
class SseSnapshotTest {
    @RegisterExtension
    final LogReader log = new LogReader();

    private final AtomicLong nanos = new AtomicLong();
    private final SseHub hub = SseHub.builder().ticker(nanos::get).build();
    private final AtomicInteger calls = new AtomicInteger();

    /** What the executor was given. */
    private final Queue<Runnable> tasks = new ArrayDeque<>();

    private SseSnapshot snapshot(Supplier<State> supplier) {
        return SseSnapshot.of(hub, List.of("t"), tasks::add, supplier);
    }

    private SseSnapshot counting() {
        return snapshot(() -> State.of(List.of(SseEvent.of("state", "" + calls.incrementAndGet()))));
    }

    private EventId publish(String data) {
        return hub.publish("t", SseEvent.of(data)).toCompletableFuture().join();
    }

    /** On another thread, as an executor does. */
    private void runTasks() throws Exception {
        Thread other = new Thread(() -> {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        });
        other.start();
        other.join();
    }

    private Snapshot taken(SseSnapshot snapshot) throws Exception {
        CompletionStage<Snapshot> next = snapshot.next(snapshot.newest());
        runTasks();
        return next.toCompletableFuture().join();
    }

    private Throwable failure(SseSnapshot snapshot) throws Exception {
        CompletionStage<Snapshot> next = snapshot.next(null);
        runTasks();
        return Objects.requireNonNull(
                next.handle((taken, failure) -> failure).toCompletableFuture().join());
    }

    private static String text(Snapshot snapshot) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < snapshot.pieces(); i++) {
            ByteBuffer piece = Objects.requireNonNull(snapshot.piece(i));
            text.append(StandardCharsets.UTF_8.decode(piece));
        }
        return text.toString();
    }

    @Test
    void aThousandWhoComeTogetherWaitForOneCall() throws Exception {
        SseSnapshot shared = counting();
        List<CompletableFuture<Snapshot>> waiting = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            assertThat(shared.newest()).isNull();
            waiting.add(shared.next(null).toCompletableFuture());
        }
        runTasks();

        assertThat(waiting).allSatisfy(one -> assertThat(one.join()).isSameAs(shared.newest()));
        assertThat(calls).hasValue(1);
    }

    @Test
    void inAStormOfTenSecondsTheSupplierIsCalledOnceASecond() throws Exception {
        SseSnapshot shared = counting();
        for (int millis = 0; millis < 10_000; millis += 10) {
            if (shared.newest() == null) {
                shared.next(null);
                runTasks();
            }
            nanos.addAndGet(10_000_000);
        }

        assertThat(calls.get()).isBetween(9, 11);
    }

    @Test
    void whoFoundNoneBeforeAnotherCameGetsThatOne() throws Exception {
        SseSnapshot shared = counting();
        Snapshot taken = taken(shared);

        assertThat(shared.next(null).toCompletableFuture()).isCompletedWithValue(taken);
        assertThat(tasks).isEmpty();
    }

    @Test
    void whoIsNotServedByOneGetsTheNext() throws Exception {
        SseSnapshot shared = counting();
        Snapshot first = taken(shared);
        CompletionStage<Snapshot> next = shared.next(first);
        runTasks();

        assertThat(text(next.toCompletableFuture().join())).startsWith("event: state\ndata: 2\n");
    }

    @Test
    void itStandsWhereTheHubStoodWhenTheSupplierWasCalled() throws Exception {
        EventId before = publish("before");
        Snapshot taken = taken(snapshot(() -> {
            publish("while it is looked at");
            return State.of(List.of(SseEvent.of("a"), SseEvent.of("b")));
        }));

        assertThat(taken.position()).isEqualTo(before);
        assertThat(text(taken)).isEqualTo("data: a\n\ndata: b\nid: " + before + "\n\n");
    }

    @Test
    void itStandsWhereTheSupplierSays() throws Exception {
        EventId said = publish("1");
        publish("2");

        assertThat(taken(snapshot(() -> State.of(List.of()).at(said))).position())
                .isEqualTo(said);
    }

    @Test
    void aPositionThatTheHubHasNotComeToFailsTheCall() throws Exception {
        EventId latest = publish("1");
        EventId ahead = new EventId(latest.millis() + 1, latest.sequence());

        assertThat(failure(snapshot(() -> State.of(List.of()).at(ahead))))
                .rootCause()
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("snapshot.position: " + ahead + " (expected: one of the hub's, at most " + latest + ")");
    }

    @Test
    void aPositionThatThisNodeHasNotSeenYetHasWhoWaitComeLater() throws Exception {
        MemoryStore store = new MemoryStore();
        try (SseHub node = SseHub.builder().store(store).build()) {
            EventId seen =
                    node.publish("t", SseEvent.of("1")).toCompletableFuture().join();
            EventId ahead = new EventId(seen.millis(), seen.sequence() + (1L << 32));
            SseSnapshot shared = SseSnapshot.of(
                    node, List.of("t"), tasks::add, () -> State.of(List.of()).at(ahead));

            assertThat(failure(shared)).rootCause().isInstanceOf(RejectedExecutionException.class);
        }
    }

    @Test
    void aPositionOfAnEarlierHubIsTakenForTheNewestThatIsNotAfterIt() throws Exception {
        EventId latest = publish("1");
        EventId earlier = new EventId(latest.millis() - 60_000, latest.sequence() + 1);

        Snapshot taken = taken(snapshot(() -> State.of(List.of()).at(earlier)));
        assertThat(hub.isOwn(taken.position())).isTrue();
        assertThat(taken.position()).isLessThan(latest);
        assertThat(hub.log().snapshots().open(List.of("t"), StartRequest.latest(), taken))
                .isNotNull();
    }

    @Test
    void aFailureIsOfOneCallAndTheNextWhoComesHasTheSupplierCalledAgain() throws Exception {
        SseSnapshot shared = snapshot(() -> {
            if (calls.incrementAndGet() == 1) {
                throw new IllegalStateException("as the test wants");
            }
            return State.of(List.of());
        });

        assertThat(failure(shared)).rootCause().hasMessage("as the test wants");
        assertThat(shared.newest()).isNull();
        assertThat(taken(shared)).isNotNull();
    }

    @Test
    @SuppressWarnings("NullAway") // what an application must not do
    void nullAndABadIdFailTheCall() throws Exception {
        SseEvent bad = SseEvent.builder().id("5-1").data("x").build();

        assertThat(failure(snapshot(() -> null))).rootCause().isInstanceOf(NullPointerException.class);
        assertThat(failure(snapshot(() -> State.of(java.util.Arrays.asList(SseEvent.of("a"), null)))))
                .rootCause()
                .isInstanceOf(NullPointerException.class);
        assertThat(failure(snapshot(() -> State.of(List.of(bad)))))
                .rootCause()
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void oneThatIsTooLargeForTheHubFailsTheCall() throws Exception {
        SseHub small = SseHub.builder()
                .retention(
                        Retention.builder().maxBytes(1 << 20).hubBytes(1 << 20).build())
                .build();
        SseSnapshot shared = SseSnapshot.of(
                small, List.of("t"), tasks::add, () -> State.of(List.of(SseEvent.of("x".repeat(1 << 19)))));

        assertThat(failure(shared)).rootCause().hasMessageContaining("a quarter of retention.hubBytes");
    }

    @Test
    void anExecutorThatHasNoRoomOrWouldRunItOnTheCallingThreadRejects() throws Exception {
        SseSnapshot full = SseSnapshot.of(
                hub,
                List.of("t"),
                task -> {
                    throw new RejectedExecutionException("full");
                },
                () -> State.of(List.of()));
        SseSnapshot direct = SseSnapshot.of(hub, List.of("t"), Runnable::run, () -> {
            calls.incrementAndGet();
            return State.of(List.of());
        });

        for (SseSnapshot shared : List.of(full, direct, full, direct)) {
            Throwable failure = failure(shared);
            assertThat(failure).hasRootCauseInstanceOf(RejectedExecutionException.class);
        }
        assertThat(calls).hasValue(0);
    }

    @Test
    void anotherAgeIsAnotherSnapshotOfTheSameState() throws Exception {
        SseSnapshot shared = counting();
        SseSnapshot longer = shared.maxAge(Duration.ofSeconds(10));
        Snapshot kept = taken(longer);
        assertThat(shared.newest()).isNull();
        nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        assertThat(longer.newest()).isSameAs(kept);
        nanos.addAndGet(Duration.ofMillis(1).toNanos());

        assertThat(longer.newest()).isNull();
    }

    @Test
    void valuesOutOfTheirRangeAreRefused() {
        assertThatThrownBy(() -> SseSnapshot.of(hub, List.of(), tasks::add, () -> State.of(List.of())))
                .hasMessage("snapshot.topics: none (expected: at least one)");
        for (Duration age : List.of(Duration.ZERO, Duration.ofDays(366))) {
            assertThatThrownBy(() -> counting().maxAge(age))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("snapshot.maxAge: " + age + " (expected: 1 ms to 365 days)");
        }
    }

    @Test
    void aNewOneGivesTheMemoryOfTheOneBeforeBack() throws Exception {
        SseSnapshot shared = snapshot(() -> State.of(List.of(SseEvent.of("x".repeat(100_000)))));
        taken(shared);
        long held = hub.stats().heldBytes();
        assertThat(held).isGreaterThan(100_000);
        taken(shared);

        assertThat(hub.stats().heldBytes()).isEqualTo(held);
    }

    @Test
    void lineBreaksOfATopicAndOfAFailureBeginNoLineOfTheLog() throws Exception {
        failure(SseSnapshot.of(hub, List.of("t\nforged by a topic"), tasks::add, () -> {
            throw new IllegalStateException("u\u2028forged by a failure");
        }));
        assertThat(log.text()).contains("t\\nforged by a topic", "u\\u2028forged by a failure");
    }
}

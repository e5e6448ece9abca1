package dev.freshet.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.freshet.event.SseEvent;
import dev.freshet.harness.LogReader;
import dev.freshet.hub.SseSnapshot.State;
import dev.freshet.log.Snapshot;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Calls of a supplier that do not return, or that an executor does not take. */
@Timeout(60)
class SseSnapshotCallsTest {
    @RegisterExtension
    final LogReader log = new LogReader();

    private final AtomicLong nanos = new AtomicLong();
    private final SseHub hub = SseHub.builder().ticker(nanos::get).build();
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final SseSnapshot snapshot =
            SseSnapshot.of(hub, List.of("t"), tasks::add, () -> State.of(List.of(SseEvent.of("state"))));

    private static void run(Runnable task) throws InterruptedException {
        Thread other = new Thread(task);
        other.start();
        other.join();
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private static Throwable failure(CompletionStage<Snapshot> next) {
        List<Throwable> failures = new ArrayList<>();
        next.whenComplete((taken, failure) -> failures.add(failure));
        assertThat(failures).hasSize(1);
        assertThat(failures.get(0)).isInstanceOf(CompletionException.class);
        return Objects.requireNonNull(failures.get(0).getCause());
    }

    @Test
    void aCallThatHasNotReturnedFor30SecondsIsAbandonedAndAnotherOneBegins() {
        pass(Duration.ofSeconds(7));
        CompletionStage<Snapshot> first = snapshot.next(null);
        pass(Duration.ofSeconds(30).minusMillis(1));
        snapshot.next(null);
        assertThat(tasks).hasSize(1);
        assertThat(first.toCompletableFuture()).isNotDone();
        pass(Duration.ofMillis(1));
        CompletionStage<Snapshot> second = snapshot.next(null);

        assertThat(tasks).hasSize(2);
        assertThat(failure(first))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage("snapshot: its supplier has not returned");
        assertThat(second.toCompletableFuture()).isNotDone();
        assertThat(log.text()).contains("snapshot of [t]: its supplier has not returned, and is called again");
    }

    @Test
    void anAbandonedCallThatReturnsServesWhoeverComesAndLeavesTheOtherUnderWay() throws Exception {
        snapshot.next(null);
        pass(Duration.ofSeconds(30));
        CompletionStage<Snapshot> second = snapshot.next(null);
        run(tasks.remove());
        Snapshot late = snapshot.newest();
        assertThat(late).isNotNull();
        snapshot.next(late);
        assertThat(tasks).as("the other is under way").hasSize(1);
        run(tasks.remove());
        assertThat(second.toCompletableFuture().join())
                .isSameAs(snapshot.newest())
                .isNotSameAs(late);
        snapshot.next(snapshot.newest());
        assertThat(tasks).as("none is under way").hasSize(1);
    }

    @Test
    void anExecutorThatThrowsFailsTheCallWhichIsLogged() {
        SseSnapshot broken = SseSnapshot.of(
                hub,
                List.of("t"),
                task -> {
                    throw new IllegalArgumentException("as the test wants");
                },
                () -> State.of(List.of()));
        assertThat(failure(broken.next(null)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("snapshot: failed")
                .hasRootCauseMessage("as the test wants");
        assertThat(log.text()).contains("snapshot of [t] failed");
    }

    @Test
    void aSupplierThatIsRejectedItselfRejects() throws Exception {
        RejectedExecutionException full = new RejectedExecutionException("full");
        SseSnapshot rejecting = SseSnapshot.of(hub, List.of("t"), tasks::add, () -> {
            throw full;
        });
        CompletionStage<Snapshot> next = rejecting.next(null);
        run(tasks.remove());
        assertThat(failure(next)).isSameAs(full);
    }

    @Test
    void theBoundsOfItsAgeAreAllowed() {
        assertThatCode(() -> snapshot.maxAge(Duration.ofMillis(1)).maxAge(Duration.ofDays(365)))
                .doesNotThrowAnyException();
        assertThat(snapshot.hub()).isSameAs(hub);
        assertThat(snapshot.topics()).containsExactly("t");
    }
}

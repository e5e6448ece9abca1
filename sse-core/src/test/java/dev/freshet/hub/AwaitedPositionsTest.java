package dev.freshet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AwaitedPositionsTest {
    private EventId latest = new EventId(1, 0);
    private int looks;
    private final AwaitedPositions positions = new AwaitedPositions(() -> {
        looks++;
        return latest;
    });

    private static EventId id(long millis) {
        return new EventId(millis, 0);
    }

    private static void assertFails(CompletableFuture<Void> waiting) {
        assertThat(waiting).failsWithin(Duration.ZERO).withThrowableThat().withMessageContaining("closed");
    }

    private void assertLost(long millis) {
        assertThat(positions.delivered(id(millis)))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withMessageContaining("store: lost " + millis + "-0, which it had acknowledged");
    }

    private void assertDelivered(long millis) {
        assertThat(positions.delivered(id(millis))).isCompleted();
    }

    private void reach(long millis) {
        latest = id(millis);
        positions.completeReached();
    }

    @Test
    void whoWaitsIsToldThatNothingMoreComes() {
        CompletableFuture<Void> waiting = positions.reached(new EventId(2, 0));
        assertThat(waiting).isNotDone();
        positions.fail(new IllegalStateException("closed"));
        assertFails(waiting);
    }

    @Test
    void whoComesToWaitBehindThatIsToldAtOnce() {
        positions.fail(new IllegalStateException("closed"));
        assertFails(positions.reached(new EventId(2, 0)));
        assertThat(positions.reached(new EventId(1, 0))).isCompleted();
    }

    @Test
    void whoWaitsIsToldOnceThePositionIsReached() {
        CompletableFuture<Void> third = positions.reached(id(3));
        CompletableFuture<Void> second = positions.delivered(id(2));
        CompletableFuture<Void> alsoSecond = positions.reached(id(2));
        positions.completeReached();
        assertThat(second).isNotDone();
        reach(2);
        assertThat(second).isCompleted();
        assertThat(alsoSecond).isCompleted();
        assertThat(third).isNotDone();
        reach(3);
        assertThat(third).isCompleted();
    }

    @Test
    void nothingIsLookedAtForWhoStoppedWaiting() {
        CompletableFuture<Void> waiting = positions.reached(id(2));
        positions.completeReached();
        assertThat(looks).isEqualTo(2);
        waiting.complete(null);
        positions.completeReached();
        assertThat(looks).isEqualTo(2);
    }

    @Test
    void anEntryThatTheTailPassedIsLostAndItsPositionIsReachedAllTheSame() {
        CompletableFuture<Void> entry = positions.delivered(id(4));
        CompletableFuture<Void> position = positions.reached(id(4));
        positions.lost(id(3), id(5));
        reach(6);
        assertThat(entry).isCompletedExceptionally();
        assertThat(position).isCompleted();
        assertDelivered(3);
        assertLost(4);
        assertLost(5);
        assertDelivered(6);
    }

    /** Gaps of 5 positions, 10 apart. */
    private void lose(int gaps) {
        for (int i = 0; i < gaps; i++) {
            positions.lost(id(10 * i + 10), id(10 * i + 15));
        }
        reach(10_000);
    }

    @Test
    void sixtyFourGapsAreKeptApart() {
        lose(64);
        assertDelivered(10);
        assertLost(11);
        assertDelivered(16);
        assertLost(641);
    }

    @Test
    void ofMoreGapsTheOldestAreOneFromTheBeginning() {
        lose(65);
        assertLost(1);
        assertLost(16);
        assertLost(25);
        assertDelivered(26);
        assertLost(31);
        assertLost(651);
        assertDelivered(656);
    }

    @Test
    void theFailureOfALostEntryHasNoStackTrace() {
        positions.lost(id(0), id(1));
        assertThat(positions.delivered(id(1)).handle((v, failure) -> failure))
                .isCompletedWithValueMatching(
                        failure -> failure.getStackTrace().length == 0 && failure.fillInStackTrace() == failure);
    }
}

package dev.freshet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AwaitedPositionsTest {
    private final AwaitedPositions positions = new AwaitedPositions(() -> new EventId(1, 0));

    private static void assertFails(CompletableFuture<Void> waiting) {
        assertThat(waiting).failsWithin(Duration.ZERO).withThrowableThat().withMessageContaining("closed");
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
}

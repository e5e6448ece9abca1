package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Events that are published before a store has told the start of their generation. */
class GenerationPublishQueueTest {
    private static final EventId START = new EventId(1, 7);
    private static final int MANY = 20_000;

    private final CompletableFuture<EventId> started = new CompletableFuture<>();
    private final GenerationPublishQueue turns = new GenerationPublishQueue(started);
    private final List<Integer> published = new ArrayList<>();

    private CompletableFuture<EventId> take(int number) {
        return take(number, SseEvent.of("" + number));
    }

    private CompletableFuture<EventId> take(int number, SseEvent event) {
        return turns.take(event, start -> {
                    published.add(number);
                    return CompletableFuture.completedFuture(new EventId(1, 8 + number));
                })
                .toCompletableFuture();
    }

    @Test
    void howeverManyWaitAllArePublishedInOrder() {
        List<CompletableFuture<EventId>> all =
                IntStream.range(0, MANY).mapToObj(this::take).toList();
        started.complete(START);

        assertThat(all).allMatch(stage -> stage.isDone() && !stage.isCompletedExceptionally());
        assertThat(published).isEqualTo(IntStream.range(0, MANY).boxed().toList());
        assertThat(take(MANY)).isCompletedWithValue(new EventId(1, 8 + MANY));
    }

    @Test
    void howeverManyWaitAllFailWhereTheStartIsRefused() {
        List<CompletableFuture<EventId>> all =
                IntStream.range(0, MANY).mapToObj(this::take).toList();
        started.completeExceptionally(new IllegalStateException("refused"));

        assertThat(all).allMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(published).isEmpty();
        assertThat(take(0)).isCompletedExceptionally();
    }

    @Test
    void whatIsPublishedByWhoWaitedForAnotherComesBehindThoseThatWait() {
        take(0).thenRun(() -> take(2));
        take(1);
        started.complete(START);

        assertThat(published).containsExactly(0, 1, 2);
    }

    @Test
    void moreThanMayWaitFail() {
        IntStream.range(0, 65_536).forEach(this::take);

        assertThatThrownBy(take(65_536)::join)
                .hasMessageContaining("65536 events of ")
                .hasMessageContaining("wait for its start");
    }

    @Test
    void moreBytesThanMayWaitFail() {
        SseEvent large = SseEvent.of("x".repeat(3 << 20));
        take(0, large);
        take(1, large);
        assertThatThrownBy(take(2, large)::join)
                .hasMessageContaining(
                        "generation: 2 events of 12582912 bytes wait for its start (expected: at most 65536 of 16777216)");
        started.complete(START);
        assertThat(published).containsExactly(0, 1);
        assertThat(take(3, large)).isCompleted();
    }
}

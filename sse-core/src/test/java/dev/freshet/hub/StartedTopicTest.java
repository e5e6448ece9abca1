package dev.freshet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.log.TopicEndedException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A topic as it was started. */
class StartedTopicTest {
    @Test
    void whatWaitsForItsEndAndThrowsHarmsNeitherTheEndNorOthersThatWait() {
        try (SseHub hub = SseHub.create()) {
            EventId start = hub.start("answers/1").toCompletableFuture().join();
            StartedTopic topic = hub.started("answers/1", start);
            AtomicInteger ended = new AtomicInteger();
            topic.onEnd(() -> {
                throw new IllegalStateException("as the test wants");
            });
            topic.onEnd(ended::incrementAndGet);

            assertThat(topic.complete(SseEvent.of("bye"))).isCompleted();

            assertThat(ended).hasValue(1);
        }
    }

    @Test
    void itIsPublishedToUntilItHasEnded() {
        try (SseHub hub = SseHub.create()) {
            StartedTopic topic = hub.started(
                    "answers/1", hub.start("answers/1").toCompletableFuture().join());

            assertThat(topic.publish(SseEvent.of("a")))
                    .succeedsWithin(Duration.ZERO)
                    .isEqualTo(hub.latest());
            assertThat(topic.complete(SseEvent.of("bye")))
                    .succeedsWithin(Duration.ZERO)
                    .isEqualTo(hub.latest());
            assertThat(topic.publish(SseEvent.of("late")))
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .withCauseInstanceOf(TopicEndedException.class);
        }
    }
}

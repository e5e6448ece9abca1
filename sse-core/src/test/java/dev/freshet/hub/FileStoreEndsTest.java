package dev.freshet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.ResumeOutcome;
import dev.freshet.event.SseEvent;
import dev.freshet.log.Batch;
import dev.freshet.log.Start;
import dev.freshet.log.StartRequest;
import dev.freshet.log.TopicState;
import dev.freshet.store.FileEventStore;
import dev.freshet.store.Fsync;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ends of topics over a restart of a hub whose store has no room for their events any more. */
class FileStoreEndsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private FileEventStore store;

    @SuppressWarnings("NullAway.Init")
    private SseHub hub;

    private @Nullable Duration lease;

    @BeforeEach
    void open() {
        store = FileEventStore.builder(folder)
                .maxBytes(64 << 10)
                .fsync(Fsync.never())
                .open();
        SseHubBuilder builder = SseHub.builder().store(store);
        hub = (lease == null ? builder : builder.lease("*", lease, SseEvent.of("gone"))).build();
    }

    @AfterEach
    void close() {
        hub.close();
        store.close();
    }

    private EventId publish(String topic, String data) {
        return hub.publish(topic, SseEvent.of(data)).toCompletableFuture().join();
    }

    private void restartWithoutTheirEvents() {
        for (int i = 0; i < 64; i++) {
            publish("others", "x".repeat(2_000));
        }
        close();
        open();
    }

    private Start resume(EventId id) {
        return hub.open(List.of("a"), StartRequest.latest().lastEventId(id.toString()));
    }

    @Test
    void whoHadAllOfATopicThatHasEndedIsToldItsEnd() {
        hub.start("a").toCompletableFuture().join();
        publish("a", "1");
        EventId last =
                hub.complete("a", SseEvent.of("last")).toCompletableFuture().join();
        restartWithoutTheirEvents();

        assertThat(hub.state("a")).isEqualTo(TopicState.ENDED);
        Start start = resume(last);
        assertThat(start.outcome()).isEqualTo(ResumeOutcome.RESUMED);
        assertThat(start.cursor().isAtEnd()).isTrue();
    }

    @Test
    void whoHadNotAllIsResetToTheEnd() {
        EventId first = publish("a", "1");
        hub.complete("a", SseEvent.of("last")).toCompletableFuture().join();
        restartWithoutTheirEvents();

        Start start = resume(first);
        assertThat(start.outcome()).isEqualTo(ResumeOutcome.RESET);
        assertThat(start.cursor().next(Integer.MAX_VALUE, null)).isSameAs(Batch.ENDED);
    }

    @Test
    void aTopicThatHasEndedTakesNothingMore() {
        hub.complete("a", SseEvent.of("last")).toCompletableFuture().join();
        restartWithoutTheirEvents();

        assertThat(hub.publish("a", SseEvent.of("behind")).toCompletableFuture())
                .isCompletedExceptionally();
    }

    @Test
    void aStartedTopicIsOpenThoughNothingOfItIsKept() {
        EventId start = hub.start("a").toCompletableFuture().join();
        restartWithoutTheirEvents();
        restartWithoutTheirEvents();

        assertThat(hub.topic("a").state()).isEqualTo(TopicState.OPEN);
        assertThat(hub.topic("a").start()).isEqualTo(start);
        assertThat(resume(start).outcome()).isEqualTo(ResumeOutcome.RESET);
        hub.started("a", start)
                .complete(SseEvent.of("last"))
                .toCompletableFuture()
                .join();
        assertThat(hub.state("a")).isEqualTo(TopicState.ENDED);
    }

    @Test
    void aStartedTopicWithALeaseIsEndedThoughNothingOfItIsKept() {
        EventId start = hub.start("a").toCompletableFuture().join();
        lease = Duration.ofHours(1);
        restartWithoutTheirEvents();

        CompletableFuture<Void> ended = new CompletableFuture<>();
        hub.started("a", start).onEnd(() -> ended.complete(null));
        assertThat(ended).succeedsWithin(Duration.ofSeconds(25));
        assertThat(hub.topic("a").state()).isEqualTo(TopicState.ENDED);
        assertThat(hub.topic("a").start()).isEqualTo(start);
    }

    @Test
    void aTopicThatWasRemovedIsUnknownAndMayBeginAnew() {
        hub.complete("a", SseEvent.of("last")).toCompletableFuture().join();
        restartWithoutTheirEvents();
        hub.remove("a").toCompletableFuture().join();
        restartWithoutTheirEvents();

        assertThat(hub.state("a")).isEqualTo(TopicState.UNKNOWN);
        publish("a", "anew");
        assertThat(hub.state("a")).isEqualTo(TopicState.OPEN);
    }
}

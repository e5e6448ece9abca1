package dev.freshet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.log.Batch;
import dev.freshet.log.Start;
import dev.freshet.log.StartRequest;
import dev.freshet.log.TopicState;
import dev.freshet.store.FileEventStore;
import dev.freshet.store.Fsync;
import java.nio.file.Path;
import java.util.List;
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

    @BeforeEach
    void open() {
        store = FileEventStore.builder(folder)
                .maxBytes(64 << 10)
                .fsync(Fsync.never())
                .open();
        hub = SseHub.builder().store(store).build();
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
        assertThat(start.outcome()).isEqualTo(Start.Outcome.RESUMED);
        assertThat(start.cursor().isAtEnd()).isTrue();
    }

    @Test
    void whoHadNotAllIsResetToTheEnd() {
        EventId first = publish("a", "1");
        hub.complete("a", SseEvent.of("last")).toCompletableFuture().join();
        restartWithoutTheirEvents();

        Start start = resume(first);
        assertThat(start.outcome()).isEqualTo(Start.Outcome.RESET);
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

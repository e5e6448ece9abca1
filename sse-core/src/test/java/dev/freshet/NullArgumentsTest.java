package dev.freshet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.codec.EventDecoder;
import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.harness.NullArguments;
import dev.freshet.hub.SseHub;
import dev.freshet.hub.SseHubBuilder;
import dev.freshet.hub.SseSnapshot;
import dev.freshet.hub.StartedTopic;
import dev.freshet.log.Cursor;
import dev.freshet.log.EndPosition;
import dev.freshet.log.HubLog;
import dev.freshet.log.LogEntry;
import dev.freshet.log.LogOptions;
import dev.freshet.log.Reset;
import dev.freshet.log.Retention;
import dev.freshet.log.Retentions;
import dev.freshet.log.Snapshots;
import dev.freshet.log.Start;
import dev.freshet.log.StartRequest;
import dev.freshet.log.TopicEndedException;
import dev.freshet.log.TopicLog;
import dev.freshet.log.TopicNameException;
import dev.freshet.log.TopicStartedException;
import dev.freshet.log.TopicStats;
import dev.freshet.store.FileEventStore;
import dev.freshet.store.Fsync;
import dev.freshet.store.StoredEntry;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NullArgumentsTest {
    @Test
    void everyNullNamesItsParameter(@TempDir Path folder) {
        AtomicInteger folders = new AtomicInteger();
        NullArguments nulls = new NullArguments(
                        SseEvent.class,
                        "dev.freshet.codec",
                        "dev.freshet.event",
                        "dev.freshet.hub",
                        "dev.freshet.log",
                        "dev.freshet.store")
                .with(String.class, () -> "a")
                .with(byte[].class, () -> new byte[] {1})
                .with(Duration.class, () -> Duration.ofSeconds(1))
                .with(Instant.class, () -> Instant.EPOCH)
                .with(ByteBuffer.class, () -> ByteBuffer.allocate(0))
                .with(OutputStream.class, OutputStream::nullOutputStream)
                .with(List.class, List::of)
                .with(Collection.class, () -> List.of("a"))
                .with(Map.class, Map::of)
                .with(Object.class, () -> 1)
                .with(SseEvent.class, () -> SseEvent.of("a"))
                .with(SseEvent.Builder.class, SseEvent::builder)
                .with(EventId.class, () -> new EventId(1, 0))
                .with(EventDecoder.class, () -> new EventDecoder((type, data, id) -> {}))
                .with(SseHub.class, SseHub::create)
                .with(SseHubBuilder.class, SseHub::builder)
                .with(StartedTopic.class, () -> SseHub.create().started("a", new EventId(1, 0)))
                .with(
                        SseSnapshot.class,
                        () -> SseSnapshot.of(
                                SseHub.create(), List.of("a"), Runnable::run, () -> SseSnapshot.State.of(List.of())))
                .with(SseSnapshot.State.class, () -> SseSnapshot.State.of(List.of()))
                .with(Retention.class, Retention::defaults)
                .with(Retention.Builder.class, Retention::builder)
                .with(StartRequest.class, StartRequest::latest)
                .with(Path.class, () -> folder)
                .with(Fsync.class, Fsync::each)
                .with(StoredEntry.Kind.class, () -> StoredEntry.Kind.START)
                .with(StoredEntry.class, () -> new StoredEntry(StoredEntry.Kind.START, "a", new byte[0], null, null))
                .with(FileEventStore.class, () -> FileEventStore.open(folder.resolve("" + folders.incrementAndGet())))
                .with(FileEventStore.Builder.class, () -> FileEventStore.builder(folder))
                .with(Reset.class, () -> new Reset(Reset.Reason.AHEAD, "a", null, new EventId(1, 0)))
                // What hubs and transports call.
                .without(
                        Cursor.class,
                        EndPosition.class,
                        HubLog.class,
                        LogOptions.class,
                        Retentions.class,
                        Snapshots.class,
                        Start.class,
                        TopicEndedException.class,
                        TopicLog.class,
                        TopicNameException.class,
                        TopicStartedException.class,
                        TopicStats.class)
                .with(LogEntry.class, () -> LogEntry.of(LogEntry.Kind.START, "a"));
        assertThat(nulls.unnamed()).isEmpty();
        assertThat(nulls.calls()).isGreaterThan(60);
    }
}

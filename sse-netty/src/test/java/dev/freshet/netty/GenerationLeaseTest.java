package dev.freshet.netty;

import static dev.freshet.harness.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.harness.LogReader;
import dev.freshet.hub.SseHub;
import dev.freshet.store.DelegatingStore;
import dev.freshet.store.EventStore;
import dev.freshet.store.EventStoreException;
import dev.freshet.store.FileEventStore;
import dev.freshet.store.MemoryStore;
import dev.freshet.store.PausedStore;
import dev.freshet.store.RefusingStore;
import dev.freshet.store.StoredEntry;
import dev.freshet.store.StoredEntry.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Generations whose nodes die or are away for too long; what is due is looked for in real time. */
@Timeout(2 * ServerFixture.PATIENCE_SECONDS)
class GenerationLeaseTest extends ServerFixture {
    private static final Duration TIME = Duration.ofSeconds(15);
    private static final Duration PATIENCE = Duration.ofSeconds(PATIENCE_SECONDS);
    private static final String MESSAGE = "{\"message\":\"the stream failed\"}";

    private final MemoryStore store = new MemoryStore();
    private final AtomicLong nanos = new AtomicLong();

    /** Of this the time passes as a test says. */
    private SseHub node(EventStore kept) {
        return keep(SseHub.builder()
                .store(kept)
                .ticker(nanos::get)
                .lease("answers/*", TIME, SseGeneration.FAILED)
                .build());
    }

    private SseServer at(SseHub node) {
        return serve(request -> SseGeneration.follow(node, "answers/1", request));
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private void untilAsked() {
        await("the node is asked", () -> store.count(Kind.PROBE, "") > 0);
    }

    private static void assertFails(RawSseClient client) throws Exception {
        assertThat(client.readEvent()).extracting("type", "data").containsExactly("error", MESSAGE);
        assertThat(client.tryReadEvent()).isNull();
    }

    @Test
    void whoFollowsOneWhoseNodeDiedIsToldOnceThatItFailed() throws Exception {
        SseHub dead = node(store);
        SseHub second = node(store);
        SseHub third = node(store);
        SseGeneration.start(dead, "answers/1").publish(SseEvent.of("riv"));
        RawSseClient client = follower(at(second));
        assertThat(client.readEvent().data()).isEqualTo("riv");
        dead.close();
        pass(TIME);
        untilAsked();
        pass(TIME.dividedBy(3));

        assertFails(client);
        RawSseClient late = follower(at(third));
        assertThat(late.readEvent().data()).isEqualTo("riv");
        assertFails(late);
        assertThat(client(at(third))
                        .get("/events", "Last-Event-ID: " + client.lastEventId())
                        .status())
                .isEqualTo(204);
    }

    @Test
    void oneWhoseEndItsNodeCannotHaveKeptIsEndedByAnother() throws Exception {
        RefusingStore refusing = new RefusingStore(store);
        SseHub here = node(refusing);
        SseHub there = node(store);
        refusing.refuse(Kind.LAST, Integer.MAX_VALUE);
        SseGeneration.start(here, "answers/1").run(Runnable::run, () -> {});
        RawSseClient client = follower(at(there));
        pass(TIME);
        untilAsked();
        pass(TIME.dividedBy(3));
        assertFails(client);
    }

    @Test
    void codeWhoseEndIsCertainlyNotKeptIsInterruptedByAnEndFromElsewhere() throws Exception {
        SseHub here = node(new DelegatingStore(store) {
            @Override
            public CompletionStage<EventId> append(StoredEntry entry, String key) {
                return entry.kind() == Kind.LAST
                        ? CompletableFuture.failedFuture(new EventStoreException("full", null, true))
                        : super.append(entry, key);
            }
        });
        SseHub there = node(store);
        SseGeneration generation = SseGeneration.start(here, "answers/1");
        CountDownLatch ended = new CountDownLatch(1);
        CompletableFuture<Void> interrupted = new CompletableFuture<>();
        Thread thread = new Thread(() -> generation.run(Runnable::run, () -> {
            generation.complete();
            ended.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.complete(null);
                throw e;
            }
        }));
        thread.setDaemon(true);
        thread.start();
        assertThat(ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        SseGeneration.cancel(there, "answers/1");
        assertThat(interrupted).succeedsWithin(PATIENCE);
    }

    @Test
    void oneWhoseNodeWasAwayForTooLongIsInterruptedThereAndRefusesWhatItPublishes() throws Exception {
        PausedStore paused = new PausedStore(store);
        SseHub away = keep(SseHub.builder()
                .store(paused)
                .lease("answers/*", TIME, SseGeneration.FAILED)
                .build());
        SseHub other = node(store);
        SseGeneration generation = SseGeneration.start(away, "answers/1");
        CountDownLatch running = new CountDownLatch(1);
        CompletableFuture<Void> interrupted = new CompletableFuture<>();
        new Thread(() -> generation.run(Runnable::run, () -> {
                    running.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.complete(null);
                        throw e;
                    }
                }))
                .start();
        running.await();
        paused.pause();
        RawSseClient client = follower(at(other));
        pass(TIME);
        untilAsked();
        pass(TIME.dividedBy(3));
        assertFails(client);
        assertThat(interrupted).isNotDone();
        String log = LogReader.logged(() -> {
            paused.goOn();
            assertThat(interrupted).succeedsWithin(PATIENCE);
        });

        assertThat(log).doesNotContain("generation");
        assertThatIllegalStateException().isThrownBy(() -> generation.publish(SseEvent.of("er")));
        assertFails(follower(at(away)));
    }

    @Test
    void oneOfBeforeARestartOnFilesIsResumedAndHasFailed(@TempDir Path folder) throws Exception {
        String last;
        try (FileEventStore files = FileEventStore.open(folder)) {
            SseHub before = node(files);
            SseGeneration generation = SseGeneration.start(before, "answers/1");
            for (String data : new String[] {"riv", "er"}) {
                generation.publish(SseEvent.of(data)).toCompletableFuture().join();
            }
            RawSseClient client = follower(at(before));
            client.readEvent();
            last = client.lastEventId();
            before.close();
        }
        FileEventStore files = keep(FileEventStore.open(folder));
        RawSseClient client = client(at(node(files)));
        assertThat(client.get("/events", "Last-Event-ID: " + last).header("SSE-Resume"))
                .isEqualTo("resumed");
        assertThat(client.readEvent().data()).isEqualTo("er");
        assertFails(client);
    }
}

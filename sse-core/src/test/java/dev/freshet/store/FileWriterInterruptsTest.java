package dev.freshet.store;

import static dev.freshet.harness.Conditions.await;
import static dev.freshet.store.EventStoreContract.append;
import static dev.freshet.store.EventStoreContract.tail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.store.StoredEntry.Kind;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An interrupt of the thread of a store in files, or of one that closes it, ends nothing. */
@Timeout(60)
class FileWriterInterruptsTest extends HeldStoreFixture {
    @Test
    void aCloseGoesOnAlthoughItsThreadIsInterrupted() throws Exception {
        FileEventStore store = held(builder());
        CompletableFuture<EventId> second = later(store, 0);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread closing = new Thread(() -> {
            Thread.currentThread().interrupt();
            store.close();
            interrupted.complete(second.isDone() && Thread.currentThread().isInterrupted());
        });
        closing.start();
        await("the close waits again", () -> closing.getState() == Thread.State.WAITING && !closing.isInterrupted());
        holding.goOn();
        assertThat(interrupted.get(EventStoreContract.PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isTrue();
    }

    @Test
    void aCloseLeavesNoInterruptWhereThereWasNone() {
        files.store();
        files.close();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    private final EventStore.Sink interrupting = new EventStore.Sink() {
        @Override
        public void begins(EventId floor) {
            Thread.currentThread().interrupt();
        }

        @Override
        public void entry(EventId id, long time, StoredEntry entry) {
            Thread.currentThread().interrupt();
        }

        @Override
        public void lost(EventId floor) {}
    };

    @Test
    void anInterruptByASinkEndsNoLoad() throws Exception {
        FileEventStore store = files.open(builder());
        for (int i = 0; i < 8; i++) {
            later(store, BOUND / 16).join();
        }
        assertThat(files.segments()).hasSizeGreaterThan(1);
        tail(store, interrupting).close();
    }

    @Test
    void anInterruptByASinkForgetsNoEnds() throws Exception {
        FileEventStore store = files.open(builder());
        EventId last = append(store, new StoredEntry(Kind.LAST, "ended", new byte[0], null, null));
        try (EventStore.Tail tail = tail(store, interrupting)) {
            for (int i = 0; i < 2 * 16; i++) {
                later(store, BOUND / 16).join();
            }
        }
        Notes notes = new Notes();
        try (EventStore.Tail tail = tail(store, notes)) {
            assertThat(notes.floors().get(0)).isGreaterThan(last);
            assertThat(notes.ended()).extracting(Notes.Ended::topic).containsExactly("ended");
        }
    }

    @Test
    void anInterruptByASinkThatIsToldOfAnEndEndsNoLoad() throws Exception {
        FileEventStore store = files.open(builder());
        append(store, new StoredEntry(Kind.LAST, "ended", new byte[0], null, null));
        for (int i = 0; i < 2 * 16; i++) {
            later(store, BOUND / 16).join();
        }
        AtomicInteger ends = new AtomicInteger();
        tail(store, new EventStore.Sink() {
                    @Override
                    public void begins(EventId floor) {}

                    @Override
                    public void ended(String topic, @Nullable EventId start, EventId end, long time) {
                        ends.incrementAndGet();
                        Thread.currentThread().interrupt();
                    }

                    @Override
                    public void entry(EventId id, long time, StoredEntry entry) {}

                    @Override
                    public void lost(EventId floor) {}
                })
                .close();
        assertThat(ends).hasValue(1);
    }

    @Test
    void anInterruptByAStageDoesNotEndTheTailThatComesNext() throws Exception {
        FileEventStore store = held(builder());
        later(store, 0).thenRun(() -> Thread.currentThread().interrupt());
        Notes notes = new Notes();
        CompletableFuture<EventStore.Tail> next = store.tail(notes).toCompletableFuture();
        holding.goOn();
        next.get(EventStoreContract.PATIENCE_SECONDS, TimeUnit.SECONDS).close();
        assertThat(notes.notes(2)).hasSize(2);
    }
}

package dev.freshet.store;

import static dev.freshet.harness.Conditions.await;
import static dev.freshet.store.EventStoreContract.append;
import static dev.freshet.store.EventStoreContract.event;
import static dev.freshet.store.EventStoreContract.tail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the thread of a store in files does with what waits for it. */
@Timeout(60)
class FileWriterTest extends HeldStoreFixture {
    /** The bytes that an entry of the topic "a" takes while it waits, beside its body. */
    private static final int WAITING = 256 + 2;
    /** The bytes of a file before its first entry, and those of such an entry beside its body. */
    private static final int HEADER = 28;

    private static final int ENTRY = 12 + 34 + 1;

    private final AtomicLong now = new AtomicLong(1_000);

    @Override
    FileEventStore.Builder builder() {
        return super.builder().clock(() -> Instant.ofEpochMilli(now.get()));
    }

    @Test
    void whatWaitsIsCountedToTheByteAndMayBeAsMuchAsTheBound() throws Exception {
        FileEventStore store = held(builder().waitingBytes(BOUND));
        assertThat(store.stats().waitingBytes()).isEqualTo(WAITING);
        CompletableFuture<EventId> over = later(store, BOUND - 2 * WAITING + 1);
        assertThat(store.stats().waitingBytes()).isEqualTo(WAITING);
        CompletableFuture<EventId> within = later(store, BOUND - 2 * WAITING);
        assertThat(store.stats().waitingBytes()).isEqualTo(BOUND);

        assertThatThrownBy(over::join)
                .hasCauseInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("store: too much waits to be written (expected: at most 65536 bytes)");
        assertThat(within).isNotDone();
        holding.goOn();
        within.join();
        assertThat(store.stats().waitingBytes()).isZero();
    }

    @Test
    void anEntryThatWaitsAloneMayBeLargerThanTheBound() throws Exception {
        FileEventStore store = files.open(builder().waitingBytes(BOUND));
        EventId id = append(store, event("a", "x".repeat(BOUND)));
        assertThat(FolderFixture.kept(store, 1).get(0).id()).isEqualTo(id);
    }

    @Test
    void whatASinkSeesIsAcknowledgedAfterwards() throws Exception {
        FileEventStore store = files.open(builder());
        tail(store, holding);
        CompletableFuture<EventId> first = later(store, 0);
        holding.awaitHeld();
        assertThat(first).isNotDone();
        holding.goOn();
        first.join();
    }

    @Test
    void aStoreThatIsClosedTakesNothingAndCountsNothing() throws Exception {
        FileEventStore store = files.store();
        files.close();
        assertThatThrownBy(() -> append(store, event("a", "1"))).hasRootCauseMessage("store: closed");
        assertThatThrownBy(() -> tail(store, new Notes())).hasRootCauseMessage("store: closed");
        assertThat(store.stats().waitingBytes()).isZero();
        store.close();
    }

    @Test
    void whatCameBeforeTheCloseIsStillWrittenInSeveralWrites() throws Exception {
        FileEventStore store = held(builder().waitingBytes(4 << 20));
        List<CompletableFuture<EventId>> kept = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            kept.add(later(store, 700_000));
        }
        Thread closing = new Thread(store::close);
        closing.start();
        await("the close waits", () -> closing.getState() == Thread.State.WAITING);
        holding.goOn();
        closing.join();
        kept.forEach(each -> assertThat(each).isCompleted());
    }

    @Test
    void aMebibyteIsWrittenAtATime() throws Exception {
        assertThat(timesOfThree((1 << 20) - WAITING, 0, 0)).containsExactly(0L, 1L, 1L);
        files.close();
        assertThat(timesOfThree((1 << 20) - WAITING - 1, 0, 0)).containsExactly(0L, 0L, 1L);
    }

    /** When three entries that waited together were written, from the first on, by a clock that goes on at each call. */
    private List<Long> timesOfThree(int first, int second, int third) throws Exception {
        HoldingSink holds = new HoldingSink();
        AtomicLong calls = new AtomicLong(1_000);
        FileEventStore store = files.open(FileEventStore.builder(folder.resolve("of " + first))
                .fsync(Fsync.never())
                .clock(() -> Instant.ofEpochMilli(calls.get())));
        tail(store, holds);
        later(store, 0).thenRun(() -> calls.set(2_000));
        holds.awaitHeld();
        List<CompletableFuture<EventId>> three = new ArrayList<>();
        for (int bytes : new int[] {first, second, third}) {
            CompletableFuture<EventId> each = later(store, bytes);
            each.thenRun(() -> calls.incrementAndGet());
            three.add(each);
        }
        holds.goOn();
        three.forEach(CompletableFuture::join);
        List<Notes.Note> notes = FolderFixture.kept(store, 4).subList(1, 4);
        long begun = notes.get(0).time();
        return notes.stream().map(note -> Math.min(1, note.time() - begun)).toList();
    }

    @Test
    void aFileIsFullAtASixteenthOfTheBound() throws Exception {
        FileEventStore store = files.open(builder());
        later(store, BOUND / 16 - HEADER - ENTRY - 1).join();
        later(store, 0).join();
        assertThat(files.segments()).hasSize(1);
        later(store, 0).join();
        assertThat(files.segments()).hasSize(2);
    }

    @Test
    void aFileThatIsExactlyAsLongIsFull() throws Exception {
        FileEventStore store = files.open(builder());
        later(store, BOUND / 16 - HEADER - ENTRY).join();
        later(store, 0).join();
        assertThat(files.segments()).hasSize(2);
    }

    @Test
    void aFileWhoseEntriesAreAllTooOldIsDeleted() throws Exception {
        FileEventStore store = files.open(builder().maxAge(Duration.ofMillis(100)));
        later(store, BOUND / 16).join();
        EventId second = later(store, 0).join();
        now.addAndGet(100);
        later(store, 0).join();
        tail(store, new Notes()).close();
        assertThat(files.segments()).hasSize(2);

        now.incrementAndGet();
        later(store, 0).join();
        tail(store, new Notes()).close(); // after what follows the append
        assertThat(files.segments()).hasSize(1);
        assertThat(FolderFixture.floor(store)).isLessThan(second);
    }

    @Test
    void aFileCountsForTheBoundByWhatIsWrittenToIt() throws Exception {
        FileEventStore store = files.open(builder());
        later(store, BOUND / 16).join();
        later(store, BOUND / 32).join();
        for (int i = 0; i < 2 * 16; i++) {
            later(store, 0).join();
        }
        tail(store, new Notes()).close(); // after what follows the append
        assertThat(files.segments()).hasSize(2);
    }

    @Test
    void itsThreadKeepsNoProcessAlive() {
        List<Thread> threads = new ArrayList<>();
        FileEventStore.Builder builder = builder();
        builder.threads = task -> {
            threads.add(new Thread(task));
            threads.get(0).setDaemon(false); // whatever thread runs this test
            return threads.get(0);
        };
        files.open(builder);
        assertThat(threads).hasSize(1).allMatch(Thread::isDaemon);
    }

    @Test
    void anAppendCompletesOnTheThreadThatMayCloseTheStore() throws Exception {
        FileEventStore store = held(builder());
        CompletableFuture<Void> closed = later(store, 0).thenRun(store::close);
        holding.goOn();
        closed.get(EventStoreContract.PATIENCE_SECONDS, TimeUnit.SECONDS);
        EventId next = append(files.reopen(), event("a", "2"));
        assertThat(FolderFixture.kept(files.store(), 3).get(2).id()).isEqualTo(next);
    }

    @Test
    void aTailThatIsNotNeededDoesNotBegin() throws Exception {
        Notes notes = new Notes();
        notes.isOverFrom(0);
        assertThatThrownBy(() -> tail(files.store(), notes)).isInstanceOf(CancellationException.class);
        assertThat(notes.floors()).isEmpty();
    }

    @Test
    void aLossThatTheSinkDoesNotTakeIsToldAgainAlthoughNoEntryComes() throws Exception {
        CompletableFuture<EventId> told = new CompletableFuture<>();
        EventStore.Sink refusing = new EventStore.Sink() {
            private boolean isTold;

            @Override
            public void begins(EventId floor) {}

            @Override
            public void entry(EventId id, long time, StoredEntry entry) {
                throw new IllegalStateException("as the test wants");
            }

            @Override
            public void lost(EventId floor) {
                if (!isTold) {
                    isTold = true;
                    throw new IllegalStateException("as the test wants");
                }
                told.complete(floor);
            }
        };
        try (EventStore.Tail tail = tail(files.store(), refusing)) {
            EventId id = append(files.store(), event("a", "1"));
            assertThat(told.get(EventStoreContract.PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isEqualTo(id);
        }
    }
}

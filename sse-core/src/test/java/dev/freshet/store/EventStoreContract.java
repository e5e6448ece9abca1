package dev.freshet.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import dev.freshet.store.StoredEntry.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a hub may rely on of any store; the author of one extends this with what opens it. */
public abstract class EventStoreContract {
    protected static final long PATIENCE_SECONDS = 25;

    private static final AtomicLong KEYS = new AtomicLong();

    /** The store that a test works on, the same at each call. */
    protected abstract EventStore store() throws Exception;

    /** An event as a hub has it kept. */
    protected static StoredEntry event(String topic, String data) {
        return new StoredEntry(
                Kind.EVENT, topic, ("data: " + data + "\n").getBytes(StandardCharsets.UTF_8), null, null);
    }

    protected static EventId append(EventStore store, StoredEntry entry) throws Exception {
        return store.append(entry, "key-" + KEYS.incrementAndGet())
                .toCompletableFuture()
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    protected static EventStore.Tail tail(EventStore store, EventStore.Sink sink) throws Exception {
        return store.tail(sink).toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Takes note of what a tail delivers. */
    protected static final class Notes implements EventStore.Sink {
        /** An entry as it came. */
        public record Note(EventId id, long time, StoredEntry entry) {}

        private final List<Note> notes = new ArrayList<>();
        private final List<EventId> floors = new ArrayList<>();
        private boolean begun;

        @Override
        public synchronized void begins(EventId floor) {
            assertThat(begun).isFalse();
            begun = true;
            floors.add(floor);
        }

        @Override
        public synchronized void entry(EventId id, long time, StoredEntry entry) {
            assertThat(begun).isTrue();
            notes.add(new Note(id, time, entry));
            notifyAll();
        }

        @Override
        public synchronized void lost(EventId floor) {
            floors.add(floor);
            notifyAll();
        }

        /** The first of them, once they have come. */
        public synchronized List<Note> notes(int count) throws InterruptedException {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (notes.size() < count && System.nanoTime() < end) {
                wait(100);
            }
            assertThat(notes).hasSizeGreaterThanOrEqualTo(count);
            return List.copyOf(notes.subList(0, count));
        }

        public synchronized int count() {
            return notes.size();
        }

        /** Where the history began, and each that was told as lost. */
        public synchronized List<EventId> floors() {
            return List.copyOf(floors);
        }
    }

    @Test
    void anEntryComesBackAsItWasAppended() throws Exception {
        Notes notes = new Notes();
        long before = System.currentTimeMillis();
        List<StoredEntry> entries = List.of(
                event("a", "1"),
                new StoredEntry(Kind.START, "b\u00e4 c\n\ud83c\udf0a", new byte[0], null, null),
                new StoredEntry(
                        Kind.EVENT,
                        "b",
                        "data: 2\n".getBytes(StandardCharsets.UTF_8),
                        "\u00f6wn id",
                        new EventId(3, 4)),
                new StoredEntry(Kind.LAST, "b", new byte[0], "", null),
                new StoredEntry(Kind.REMOVAL, "b", new byte[0], null, null),
                new StoredEntry(Kind.RENEWAL, "", new byte[] {0, 10, -1}, null, null),
                new StoredEntry(Kind.PROBE, "", new byte[0], null, null),
                event("large", "x".repeat(3_000_000)));
        try (EventStore.Tail tail = tail(store(), notes)) {
            List<EventId> ids = new ArrayList<>();
            for (StoredEntry entry : entries) {
                ids.add(append(store(), entry));
            }
            List<Notes.Note> came = notes.notes(entries.size());
            assertThat(came).extracting(Notes.Note::entry).isEqualTo(entries);
            assertThat(came).extracting(Notes.Note::id).isEqualTo(ids).isSorted();
            assertThat(came).allMatch(note -> Math.abs(note.time() - before) < 60_000);
        }
    }

    @Test
    void aTailBeginsWithAFloorOfTheIncarnationOfWhatFollows() throws Exception {
        Notes notes = new Notes();
        try (EventStore.Tail tail = tail(store(), notes)) {
            EventId first = append(store(), event("a", "1"));
            EventId floor = notes.floors().get(0);
            assertThat(floor).isLessThan(first);
            assertThat((int) floor.sequence()).isEqualTo((int) first.sequence());
        }
    }

    @Test
    void aTailThatComesLaterGetsWhatIsKeptFirst() throws Exception {
        List<EventId> ids = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ids.add(append(store(), event("a", "" + i)));
        }
        Notes notes = new Notes();
        try (EventStore.Tail tail = tail(store(), notes)) {
            assertThat(notes.notes(100)).extracting(Notes.Note::id).isEqualTo(ids);
            EventId next = append(store(), event("a", "next"));
            assertThat(notes.notes(101).get(100).id()).isEqualTo(next);
        }
    }

    @Test
    void allTailsHaveOneOrderWhoeverAppends() throws Exception {
        Notes one = new Notes();
        Notes two = new Notes();
        EventStore store = store();
        try (EventStore.Tail first = tail(store, one);
                EventStore.Tail second = tail(store, two)) {
            List<CompletableFuture<Void>> publishers = IntStream.range(0, 4)
                    .mapToObj(publisher -> CompletableFuture.runAsync(() -> {
                        for (int i = 0; i < 250; i++) {
                            store.append(event("t" + publisher, "" + i), publisher + "-" + i);
                        }
                    }))
                    .toList();
            publishers.forEach(CompletableFuture::join);
            List<Notes.Note> all = one.notes(1000);
            assertThat(all).isEqualTo(two.notes(1000));
            assertThat(all).extracting(Notes.Note::id).isSorted().doesNotHaveDuplicates();
            for (int publisher = 0; publisher < 4; publisher++) {
                String topic = "t" + publisher;
                assertThat(all.stream().filter(note -> note.entry().topic().equals(topic)))
                        .extracting(note -> note.entry())
                        .isEqualTo(IntStream.range(0, 250)
                                .mapToObj(i -> event(topic, "" + i))
                                .toList());
            }
        }
    }

    @Test
    void aTailThatIsClosedHearsNoMore() throws Exception {
        Notes closed = new Notes();
        Notes open = new Notes();
        tail(store(), closed).close();
        try (EventStore.Tail tail = tail(store(), open)) {
            append(store(), event("a", "1"));
            open.notes(1);
            assertThat(closed.count()).isZero();
        }
    }

    @Test
    void aRetryWithTheSameKeyIsKeptOnceWhereTheStoreSaysSo() throws Exception {
        EventStore store = store();
        if (!store.isIdempotent()) {
            assertThat(append(store, event("a", "1"))).isNotEqualTo(append(store, event("a", "1")));
            return;
        }
        EventId first =
                store.append(event("a", "1"), "the key").toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        EventId again =
                store.append(event("a", "1"), "the key").toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(again).isEqualTo(first);
        append(store, event("a", "2"));
        Notes notes = new Notes();
        try (EventStore.Tail tail = tail(store, notes)) {
            assertThat(notes.notes(2)).extracting(Notes.Note::entry).containsExactly(event("a", "1"), event("a", "2"));
        }
    }

    @Test
    void whileAllIsWellNoProblemIsTold() throws Exception {
        Notes notes = new Notes();
        try (EventStore.Tail tail = tail(store(), notes)) {
            append(store(), event("a", "1"));
            notes.notes(1);
            assertThat(store().stats().problem()).isNull();
        }
    }

    @Test
    void aSinkThatFailsDoesNotEndItsTail() throws Exception {
        Notes notes = new Notes();
        EventStore.Sink failing = new EventStore.Sink() {
            @Override
            public void begins(EventId floor) {
                notes.begins(floor);
            }

            @Override
            public void entry(EventId id, long time, StoredEntry entry) {
                notes.entry(id, time, entry);
                throw new IllegalStateException("a sink's own failure");
            }

            @Override
            public void lost(EventId floor) {
                notes.lost(floor);
            }
        };
        try (EventStore.Tail tail = tail(store(), failing)) {
            append(store(), event("a", "1"));
            append(store(), event("a", "2"));
            notes.notes(2);
        }
    }

    /** For a store that can be closed. */
    protected static void assertClosed(EventStore store) {
        assertThatThrownBy(() -> append(store, event("a", "late")))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseInstanceOf(IllegalStateException.class);
    }
}

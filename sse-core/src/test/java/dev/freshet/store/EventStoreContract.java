package dev.freshet.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import dev.freshet.store.StoredEntry.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a hub may rely on of any store; the author of one extends this with what opens it. */
public abstract class EventStoreContract {
    protected static final long PATIENCE_SECONDS = 25;

    private static final AtomicLong KEYS = new AtomicLong();

    /** The store that a test works on, the same at each call until {@link #trim}. */
    protected abstract EventStore store() throws Exception;

    /** Has all that the store keeps by now trimmed, as its retention does; it may keep entries of other topics from then on. */
    protected abstract void trim() throws Exception;

    /**
     * Has the store of {@link #store} refuse appends with an {@link EventStoreException} that says that it keeps none;
     * what is returned has it accept them again. Null, as here, if a test cannot do so.
     */
    protected @Nullable AutoCloseable refusing() throws Exception {
        return null;
    }

    /** An event as a hub has it kept. */
    protected static StoredEntry event(String topic, String data) {
        return new StoredEntry(
                Kind.EVENT, topic, ("data: " + data + "\n").getBytes(StandardCharsets.UTF_8), null, null);
    }

    protected static EventId append(EventStore store, StoredEntry entry) throws Exception {
        return get(store.append(entry, "key-" + KEYS.incrementAndGet()));
    }

    protected static EventStore.Tail tail(EventStore store, EventStore.Sink sink) throws Exception {
        return get(store.tail(sink));
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
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
    void aRetryWithTheSameKeyIsKeptOnceWhereTheStoreSaysSoAndElseTwice() throws Exception {
        EventStore store = store();
        EventId first = get(store.append(event("a", "1"), "the key"));
        EventId again = get(store.append(event("a", "1"), "the key"));
        EventId last = append(store, event("a", "2"));
        List<EventId> ids = store.isIdempotent() ? List.of(first, last) : List.of(first, again, last);
        assertThat(again.equals(first)).isEqualTo(store.isIdempotent());
        Notes notes = new Notes();
        try (EventStore.Tail tail = tail(store, notes)) {
            List<Notes.Note> kept = notes.until(last);
            assertThat(kept).extracting(Notes.Note::id).isEqualTo(ids);
            assertThat(kept.subList(0, ids.size() - 1))
                    .allMatch(note -> event("a", "1").equals(note.entry()));
        }
    }

    @Test
    void anAppendThatHasCertainlyKeptNothingIsNotDelivered() throws Exception {
        EventStore refusing = store();
        AutoCloseable refusal = refusing();
        if (refusal == null) {
            return;
        }
        try (refusal) {
            assertThatThrownBy(() -> append(refusing, event("a", "refused")))
                    .cause()
                    .isInstanceOfSatisfying(EventStoreException.class, failure -> assertThat(failure.isNotKept())
                            .isTrue());
        }
        Notes notes = new Notes();
        EventId last = append(store(), event("a", "last"));
        try (EventStore.Tail tail = tail(store(), notes)) {
            assertThat(notes.until(last)).noneMatch(kept -> kept.entry().equals(event("a", "refused")));
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

    @Test
    void aSinkThatIsOverBeforehandHearsNothing() throws Exception {
        append(store(), event("a", "1"));
        Notes over = new Notes();
        over.isOverFrom(0);
        endOf(store().tail(over));
        assertHearsNoMore(over);
        assertThat(over.floors()).isEmpty();
    }

    @Test
    void aTailThatIsOverWhileItLoadsHearsNoMoreAndIsBegunAnewWithTheSameSink() throws Exception {
        List<EventId> ids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ids.add(append(store(), event("a", "" + i)));
        }
        Notes notes = new Notes();
        notes.isOverFrom(1);
        endOf(store().tail(notes));
        assertThat(notes.floors()).hasSize(1);
        assertThat(notes.count()).as("it was seen between two entries").isEqualTo(1);
        ids.add(assertHearsNoMore(notes));

        notes.beginAnew();
        try (EventStore.Tail tail = tail(store(), notes)) {
            assertThat(notes.notes(4)).extracting(Notes.Note::id).isEqualTo(ids);
        }
    }

    /** Waits for a tail that fails, because its sink is over, and ends one that had begun before that was seen. */
    private static void endOf(CompletionStage<EventStore.Tail> begun) throws Exception {
        get(begun.exceptionally(over -> () -> {})).close();
    }

    /** The id of an entry that another tail was told of. */
    private EventId assertHearsNoMore(Notes over) throws Exception {
        int before = over.count();
        Notes open = new Notes();
        try (EventStore.Tail tail = tail(store(), open)) {
            EventId next = append(store(), event("a", "next"));
            open.until(next);
            assertThat(over.count()).isEqualTo(before);
            return next;
        }
    }

    @Test
    void aTailThatBeginsBehindATrimmingTellsWhatTopicsHadComeToBeforeTheFirstEntry() throws Exception {
        EventId start = append(store(), new StoredEntry(Kind.START, "ended", new byte[0], null, null));
        EventId last = append(store(), new StoredEntry(Kind.LAST, "ended", new byte[0], null, start));
        EventId open = append(store(), new StoredEntry(Kind.START, "open", new byte[0], null, null));
        trim();
        Notes one = new Notes();
        Notes two = new Notes();
        try (EventStore.Tail first = tail(store(), one);
                EventStore.Tail second = tail(store(), two)) {
            EventId next = append(store(), event("a", "next"));
            assertThat(one.until(next)).isEqualTo(two.until(next));
            assertThat(one.floors()).hasSize(1).isEqualTo(two.floors());
            assertThat(one.floors().get(0)).isGreaterThanOrEqualTo(open);
            assertThat(one.ended()).isIn(List.of(), List.of(new Notes.Ended("ended", start, last)));
            assertThat(one.started()).isIn(List.of(), List.of(new Notes.Started("open", open)));
        }
    }

    /** For a store that can be closed. */
    protected static void assertClosed(EventStore store) {
        assertThatThrownBy(() -> append(store, event("a", "late")))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseInstanceOf(IllegalStateException.class);
    }
}

package dev.freshet.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The calls of a tail to its sink, and each that the contract does not allow. Thread-safe. */
public class Notes implements EventStore.Sink {
    /** An entry as it came. */
    public record Note(EventId id, long time, StoredEntry entry) {}

    /** A topic that had ended before the history. */
    public record Ended(String topic, @Nullable EventId start, EventId last) {}

    /** A topic that had been started before the history. */
    public record Started(String topic, EventId start) {}

    private final List<Note> notes = new ArrayList<>();
    private final List<EventId> floors = new ArrayList<>();
    private final List<Ended> ended = new ArrayList<>();
    private final List<Started> started = new ArrayList<>();
    private final List<String> mistakes = new ArrayList<>();
    private int overFrom = Integer.MAX_VALUE;

    /** It is over once so many entries came. */
    public synchronized void isOverFrom(int entries) {
        overFrom = entries;
    }

    /** From now on it is the sink of another tail, and not over. */
    public synchronized void beginAnew() {
        notes.clear();
        floors.clear();
        ended.clear();
        started.clear();
        overFrom = Integer.MAX_VALUE;
    }

    @Override
    public synchronized boolean isOver() {
        return notes.size() >= overFrom;
    }

    private void check(String call, boolean isAllowed) {
        if (!isAllowed) {
            mistakes.add(call + " after floors " + floors + " and " + notes.size() + " entries");
        }
    }

    @Override
    public synchronized void begins(EventId floor) {
        check("begins", floors.isEmpty());
        floors.add(floor);
    }

    @Override
    public synchronized void ended(String topic, @Nullable EventId start, EventId last, long time) {
        check("ended " + last, isBetween(last));
        ended.add(new Ended(topic, start, last));
    }

    @Override
    public synchronized void startedBefore(String topic, EventId start) {
        check("startedBefore " + start, isBetween(start));
        started.add(new Started(topic, start));
    }

    /** Behind the beginning and before the first entry, and of a position that is not above the floor. */
    private boolean isBetween(EventId position) {
        return floors.size() == 1 && notes.isEmpty() && position.compareTo(floors.get(0)) <= 0;
    }

    @Override
    public synchronized void entry(EventId id, long time, StoredEntry entry) {
        EventId before = notes.isEmpty() ? floor() : notes.get(notes.size() - 1).id();
        check("entry " + id, before != null && id.compareTo(before) > 0);
        notes.add(new Note(id, time, entry));
        notifyAll();
    }

    private @Nullable EventId floor() {
        return floors.isEmpty() ? null : floors.get(floors.size() - 1);
    }

    @Override
    public synchronized void lost(EventId floor) {
        check("lost " + floor, !floors.isEmpty());
        floors.add(floor);
        notifyAll();
    }

    /** The first of them, once they have come. */
    public synchronized List<Note> notes(int count) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(EventStoreContract.PATIENCE_SECONDS);
        while (notes.size() < count && System.nanoTime() < end) {
            wait(100);
        }
        assertThat(mistakes).isEmpty();
        assertThat(notes).hasSizeGreaterThanOrEqualTo(count);
        return List.copyOf(notes.subList(0, count));
    }

    /** All up to one, once that has come. */
    public synchronized List<Note> until(EventId id) throws InterruptedException {
        int count = 0;
        do {
            count++;
        } while (notes(count).get(count - 1).id().compareTo(id) < 0);
        return notes(count);
    }

    public synchronized int count() {
        return notes.size();
    }

    /** Where the history began, and each that was told as lost. */
    public synchronized List<EventId> floors() {
        return List.copyOf(floors);
    }

    public synchronized List<Ended> ended() {
        return List.copyOf(ended);
    }

    public synchronized List<Started> started() {
        return List.copyOf(started);
    }
}

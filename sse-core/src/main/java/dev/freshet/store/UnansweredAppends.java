package dev.freshet.store;

import dev.freshet.event.EventId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The appends of a file store that are not answered yet, and the bytes that they take. The methods of the batch are
 * confined to the thread that writes the files; the others are thread-safe.
 */
final class UnansweredAppends {
    /** The bytes that an entry takes beside its body. */
    private static final int ENTRY_BYTES = 256;

    /** An entry, and the stage that answers its append. */
    record Append(StoredEntry entry, CompletableFuture<EventId> kept) {
        long bytes() {
            return ENTRY_BYTES + entry.body().length + 2L * entry.topic().length();
        }
    }

    private final OwnThread writer = new OwnThread();
    private final AtomicLong bytes = new AtomicLong();
    private final long mostBytes;
    /** The appends that are being written, oldest first. */
    private final Deque<Append> batch = new ArrayDeque<>();

    /** @param mostBytes the bytes above which an append is not admitted, unless it is the only one */
    UnansweredAppends(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** Counts an append, which is answered by one of the other methods. Returns false if too much waits. */
    boolean admit(Append append) {
        long before;
        do {
            before = bytes.get();
            if (before > 0 && before + append.bytes() > mostBytes) {
                return false;
            }
        } while (!bytes.compareAndSet(before, before + append.bytes()));
        return true;
    }

    long bytes() {
        return bytes.get();
    }

    void addToBatch(Append append) {
        assert writer.isCurrent();
        batch.add(append);
    }

    Deque<Append> batch() {
        assert writer.isCurrent();
        return batch;
    }

    /** Answers the oldest append of the batch: its entry is kept. */
    void keepOldest(EventId id) {
        assert writer.isCurrent();
        Append append = batch.remove();
        bytes.addAndGet(-append.bytes());
        append.kept().complete(id);
    }

    /** Fails all that is left of the batch. */
    void failBatch(Throwable cause) {
        assert writer.isCurrent();
        for (Append left = batch.poll(); left != null; left = batch.poll()) {
            fail(left, cause);
        }
    }

    /** Fails an append that is not in the batch. */
    void fail(Append append, Throwable cause) {
        bytes.addAndGet(-append.bytes());
        append.kept().completeExceptionally(cause);
    }
}

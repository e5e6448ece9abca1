package dev.freshet.store.table;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import dev.freshet.event.EventId;
import dev.freshet.store.EventStore;
import dev.freshet.store.StoreStats;
import dev.freshet.store.StoredEntry;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The store of the guide: in a table, on two threads, one that inserts and one that polls for all tails. Thread-safe. */
final class TableEventStore implements EventStore, AutoCloseable {
    private static final int MOST_WAITING = 10_000;
    private static final int MOST_READ = 1_000;
    private static final long POLL_MILLIS = 20;
    private static final long MOST_PAUSE_MILLIS = 1_000;
    private static final long PATIENCE_SECONDS = 5;
    private static final EventId NONE = new EventId(0, 0);

    private final EventTable table;
    private final ExecutorService writer = new ThreadPoolExecutor(
            1, 1, 0, SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), task -> thread("table-append", task));
    private final ScheduledExecutorService reader =
            Executors.newSingleThreadScheduledExecutor(task -> thread("table-tail", task));
    private final Set<PolledTail> tails = ConcurrentHashMap.newKeySet();
    /** Why the latest entry was not appended; null if it was. */
    private volatile @Nullable String refusal;

    TableEventStore(EventTable table) {
        this.table = table;
    }

    private static Thread thread(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public CompletionStage<EventId> append(StoredEntry entry, String key) {
        try {
            return CompletableFuture.supplyAsync(() -> insert(entry, key), writer);
        } catch (RejectedExecutionException e) { // too many wait, or it is closed; nothing is kept
            return CompletableFuture.failedFuture(writer.isShutdown() ? closed() : e);
        }
    }

    private EventId insert(StoredEntry entry, String key) {
        try {
            EventId id = table.insert(entry, key);
            refusal = null;
            return id;
        } catch (Throwable e) {
            refusal = problem("not appended", e);
            throw e;
        }
    }

    private static String problem(String what, Throwable why) {
        String first = String.valueOf(why.getMessage()).lines().findFirst().orElse("");
        return "store: " + what + ": " + first;
    }

    /** Returns true: for as long as the row of the first append is kept. */
    @Override
    public boolean isIdempotent() {
        return true;
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public CompletionStage<Tail> tail(Sink sink) {
        PolledTail tail = new PolledTail(sink);
        tails.add(tail);
        try {
            reader.execute(tail::poll);
        } catch (RejectedExecutionException e) {
            tail.end();
        }
        return tail.begun.copy();
    }

    @Override
    public StoreStats stats() {
        Stream<@Nullable String> problems = writer.isShutdown()
                ? Stream.of(closed().getMessage())
                : Stream.concat(Stream.ofNullable(refusal), tails.stream().map(tail -> tail.problem));
        return new StoreStats(
                0, 0, 0, 0, problems.filter(Objects::nonNull).findFirst().orElse(null));
    }

    private static IllegalStateException closed() {
        return new IllegalStateException("store: closed");
    }

    /** Ends the tails, and waits 5 s at most for the appends that were accepted. Not on a thread of the store. */
    @Override
    public void close() {
        writer.shutdown();
        tails.forEach(PolledTail::end); // before they are interrupted
        reader.shutdownNow();
        tails.forEach(PolledTail::end); // those that began meanwhile
        try {
            writer.awaitTermination(PATIENCE_SECONDS, SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the reading of a tail that is closed, or is not needed any more. */
    private static final class Ended extends CancellationException {
        private static final long serialVersionUID = 1;

        Ended(String message) {
            super(message);
        }
    }

    private final class PolledTail implements Tail {
        private final Sink sink;
        private final CompletableFuture<Tail> begun = new CompletableFuture<>();
        private boolean isClosed; // guarded by this
        /** Why the table cannot be read now, or a loss cannot be told; null otherwise. */
        private volatile @Nullable String problem;

        // Confined to the reader.
        private EventId newestAtStart = NONE;
        private @Nullable EventId read;
        private @Nullable EventId unreported;
        private long pause = POLL_MILLIS;

        PolledTail(Sink sink) {
            this.sink = sink;
        }

        private void poll() {
            boolean mayBeMore = false;
            try {
                EventId last = begin();
                mayBeMore = readPage(last);
                problem = null;
                pause = POLL_MILLIS;
                if (!mayBeMore || last.compareTo(newestAtStart) >= 0) {
                    begun.complete(this);
                }
            } catch (Ended e) {
                begun.completeExceptionally(e);
                close();
            } catch (Throwable e) { // such as a table that is away; the next poll goes on after the last row
                problem = problem("not read", e);
                pause = Math.min(2 * pause, MOST_PAUSE_MILLIS);
                if (begun.completeExceptionally(e)) {
                    close();
                }
            }
            if (!isClosed()) { // each page is a task, so that the tails take turns
                reader.schedule(this::poll, mayBeMore ? 0 : pause, MILLISECONDS);
            }
        }

        /** Returns the last position that was read; that of the floor at first. */
        private EventId begin() {
            if (read == null) {
                EventId floor = table.floor();
                newestAtStart = table.newest();
                deliver(floor, () -> sink.begins(floor));
            }
            reportLoss();
            return requireNonNull(read);
        }

        /** Returns whether there may be more to read. */
        private boolean readPage(EventId last) {
            List<EventTable.Row> rows = table.after(last.millis(), MOST_READ);
            for (EventTable.Row row : rows) {
                deliver(last, row);
                last = row.id();
            }
            EventId floor = rows.isEmpty() ? table.floor() : last;
            if (floor.millis() > last.millis()) { // the rest was deleted, and no row follows that would show it
                lose(floor);
            }
            return !rows.isEmpty();
        }

        private void deliver(EventId last, EventTable.Row row) {
            EventId id = row.id();
            // Rows between were deleted, or a restored table has skipped numbers.
            if (id.millis() != last.millis() + 1) {
                lose(new EventId(id.millis() - 1, id.sequence()));
            }
            deliver(id, () -> {
                try {
                    sink.entry(id, row.time(), row.entry());
                } catch (Throwable e) {
                    unreported = id; // an entry is not delivered again, nor left out without a word
                }
            });
            reportLoss();
        }

        private void lose(EventId floor) {
            unreported = floor;
            reportLoss();
        }

        /** Tells the sink of a loss, again if it threw when it was told first. */
        private void reportLoss() {
            EventId floor = unreported;
            if (floor != null) {
                deliver(floor, () -> sink.lost(floor));
                unreported = null;
            }
        }

        private void deliver(EventId to, Runnable call) {
            if (!begun.isDone() && sink.isOver()) {
                throw new Ended("store: the tail is not needed any more");
            }
            synchronized (this) { // so that nothing is delivered once close has returned
                if (isClosed) {
                    throw new Ended("store: closed");
                }
                read = to;
                call.run();
            }
        }

        private synchronized boolean isClosed() {
            return isClosed;
        }

        @Override
        public synchronized void close() {
            isClosed = true;
            tails.remove(this);
        }

        /** Closes the tail with its store. */
        void end() {
            close();
            begun.completeExceptionally(closed());
        }
    }
}

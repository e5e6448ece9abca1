package dev.freshet.store;

import dev.freshet.event.EventId;
import dev.freshet.logging.LogText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that writes a store's files and delivers to its tails. It runs its tasks in the order in which they come.
 * A task is an entry to append or a tail to load, so that a tail gets each entry either from the files or as it is
 * written, and not both. The methods that are not private are thread-safe.
 */
final class FileWriter {
    private static final Logger logger = LoggerFactory.getLogger(FileEventStore.class);

    private static final int BATCH_BYTES = 1 << 20;
    private static final int FILES = 16;
    private static final int MOST_FILE_BYTES = 16 << 20;
    /** The bytes that a waiting entry takes beside its body. */
    private static final int WAITING_BYTES = 256;

    private static final long LOOK_MILLIS = 1000;

    private sealed interface Task {}

    private record Append(StoredEntry entry, CompletableFuture<EventId> kept) implements Task {
        long bytes() {
            return WAITING_BYTES + entry.body().length + 2L * entry.topic().length();
        }
    }

    private record Load(FileTail tail, CompletableFuture<EventStore.Tail> loaded) implements Task {}

    private record Stop() implements Task {}

    /** An entry that is written and not acknowledged yet. */
    private record Written(Append append, EventId id, long time) {}

    private final FileEventStore.Builder options;
    private final StoreFolder folder;
    private final LinkedBlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
    private final AtomicLong waiting = new AtomicLong();
    private final long fileBytes;
    private final Thread thread;
    /** Guards {@link #stopped}, so that no task is added after the stop. */
    private final Object lock = new Object();

    private boolean stopped;
    /** The reason why the latest entries were not written, or why none is written any more; or null. */
    private volatile @Nullable String problem;

    // Confined to the thread.
    private final List<FileTail> tails = new ArrayList<>();
    private final DiskForcing disk;

    FileWriter(FileEventStore.Builder options) throws IOException {
        this.options = options;
        this.folder = StoreFolder.open(options);
        this.fileBytes = Math.min(MOST_FILE_BYTES, options.maxBytes / FILES);
        this.disk = new DiskForcing(options.fsync, options.disk);
        try {
            this.thread = options.threads.newThread(this::run);
            thread.setDaemon(true);
            thread.start();
        } catch (Throwable e) { // such as of a system that has no more threads
            try (folder) {
                throw e;
            }
        }
    }

    CompletionStage<EventId> append(StoredEntry entry) {
        Append append = new Append(entry, new CompletableFuture<>());
        long bytes = append.bytes();
        if (waiting.addAndGet(bytes) > options.waitingBytes && waiting.get() != bytes) {
            waiting.addAndGet(-bytes);
            return CompletableFuture.failedFuture(new RejectedExecutionException(
                    "store: too much waits to be written (expected: at most " + options.waitingBytes + " bytes)"));
        }
        if (!put(append)) {
            waiting.addAndGet(-bytes);
            return CompletableFuture.failedFuture(new IllegalStateException("store: closed"));
        }
        return append.kept();
    }

    StoreStats stats() {
        String forcing = disk.problem();
        return new StoreStats(waiting.get(), 0, 0, 0, problem == null ? forcing : problem);
    }

    void load(FileTail tail, CompletableFuture<EventStore.Tail> loaded) {
        if (!put(new Load(tail, loaded))) {
            loaded.completeExceptionally(new IllegalStateException("store: closed"));
        }
    }

    private boolean put(Task task) {
        synchronized (lock) {
            return !stopped && tasks.add(task);
        }
    }

    void close() {
        synchronized (lock) {
            if (!stopped) {
                tasks.add(new Stop());
                stopped = true;
            }
        }
        boolean interrupted = false;
        while (thread.isAlive() && Thread.currentThread() != thread) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        List<Append> batch = new ArrayList<>();
        try {
            while (true) {
                Task task = next();
                if (task instanceof Append append) {
                    task = gather(append, batch);
                    write(batch);
                    batch.clear();
                    Thread.interrupted(); // by a stage that depends on an append; no file is read with it
                }
                if (task instanceof Load load) {
                    load(load);
                } else if (task instanceof Stop) {
                    end();
                    return;
                }
                Thread.interrupted(); // by a sink
                disk.forceWhenDue(folder.written());
                folder.trim(options.maxBytes, options.clock.millis() - options.maxAgeMillis());
                long now = System.nanoTime();
                tails.forEach(tail -> tail.tellLossAgain(now));
            }
        } catch (Throwable e) {
            problem = "store: no longer written: " + LogText.textOf(e);
            batch.forEach(append -> fail(append, e));
            logger.error("store: {} is no longer written", LogText.escaped(folder, e));
        } finally {
            fallSilent();
        }
    }

    private @Nullable Task next() {
        assert Thread.currentThread() == thread;
        try {
            return tasks.poll(Math.min(LOOK_MILLIS, Math.max(1, disk.dueInMillis())), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return null; // an interrupt does not end this thread
        }
    }

    /** Takes further appends from the queue into the batch; returns the first task that is none, or null. */
    private @Nullable Task gather(Append first, List<Append> batch) {
        long bytes = 0;
        Task next = first;
        while (next instanceof Append append) {
            batch.add(append);
            bytes += append.bytes();
            if (bytes >= BATCH_BYTES) {
                return null;
            }
            next = tasks.poll();
        }
        return next;
    }

    private void write(List<Append> batch) {
        assert Thread.currentThread() == thread;
        List<Written> written = new ArrayList<>(batch.size());
        try {
            disk.check();
            if (folder.written().length() >= fileBytes) {
                disk.force(folder.written());
                folder.roll();
            }
            keep(batch, written, options.clock.millis());
        } catch (Throwable e) {
            problem = "store: cannot be written: " + LogText.textOf(e);
            batch.forEach(append -> fail(append, e));
            return;
        }
        problem = null;
        for (Written each : written) {
            tails.removeIf(FileTail::isClosed);
            tails.forEach(
                    tail -> tail.entry(each.id(), each.time(), each.append().entry()));
            waiting.addAndGet(-each.append().bytes());
            each.append().kept().complete(each.id());
        }
    }

    private void keep(List<Append> batch, List<Written> written, long now) throws IOException {
        SegmentFile file = folder.written();
        EventId before = file.last();
        long length = file.length();
        writeAll(batch, written, now);
        try {
            disk.written(file);
        } catch (IOException e) {
            file.forget(length, before); // they were not acknowledged
            folder.doubt();
            throw e;
        }
        folder.grown(file.length() - length);
    }

    private void writeAll(List<Append> batch, List<Written> written, long now) throws IOException {
        EventId last = folder.written().last();
        List<ByteBuffer> encoded = new ArrayList<>(batch.size());
        int bytes = 0;
        for (Append append : batch) {
            last = last.next(now);
            ByteBuffer each = EntryFormat.encode(last, now, append.entry());
            bytes += each.remaining();
            encoded.add(each);
            folder.written().holds(append.entry());
            written.add(new Written(append, last, now));
        }
        ByteBuffer all = ByteBuffer.allocate(bytes);
        encoded.forEach(all::put);
        folder.written().write(all.flip(), last, now);
    }

    private void fail(Append append, Throwable cause) {
        waiting.addAndGet(-append.bytes());
        append.kept().completeExceptionally(cause);
    }

    private void load(Load load) {
        assert Thread.currentThread() == thread;
        try {
            disk.check();
            load.tail().requireNeeded();
            load.tail().begins(folder.floor());
            folder.readStates(load.tail()::before);
            folder.read(load.tail()::loaded);
            tails.add(load.tail());
            load.loaded().complete(load.tail());
        } catch (Throwable e) { // such as an exception of the sink, after which the store still writes
            load.loaded().completeExceptionally(e);
        }
    }

    private void end() {
        assert Thread.currentThread() == thread;
        problem = "store: closed";
        try {
            disk.check();
            disk.force(folder.written());
            folder.leave();
        } catch (IOException e) {
            logger.error("store: {} was not left in good form", folder, e);
            folder.doubt();
        }
    }

    private void fallSilent() {
        assert Thread.currentThread() == thread;
        synchronized (lock) {
            stopped = true;
        }
        for (Task left = tasks.poll(); left != null; left = tasks.poll()) {
            if (left instanceof Append append) {
                fail(append, new IllegalStateException("store: closed"));
            } else if (left instanceof Load load) {
                load.loaded().completeExceptionally(new IllegalStateException("store: closed"));
            }
        }
        tails.forEach(FileTail::close);
        try {
            folder.close();
        } catch (IOException e) {
            logger.warn("store: {} was not closed", folder, e);
        }
    }
}

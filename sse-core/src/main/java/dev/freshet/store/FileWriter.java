package dev.freshet.store;

import static dev.freshet.store.StoreLogger.LOGGER;

import dev.freshet.event.EventId;
import dev.freshet.logging.LogText;
import dev.freshet.store.UnansweredAppends.Append;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The thread that writes a store's files and delivers to its tails. It runs its tasks in the order in which they come.
 * A task is an entry to append or a tail to load, so that a tail gets each entry either from the files or as it is
 * written, and not both. The methods that are not private are thread-safe.
 */
final class FileWriter {
    private static final int BATCH_BYTES = 1 << 20;
    private static final int FILES = 16;
    private static final int MOST_FILE_BYTES = 16 << 20;
    private static final long LOOK_MILLIS = 1000;

    private sealed interface Task {}

    private record Write(Append append) implements Task {}

    private record Load(FileTail tail, CompletableFuture<EventStore.Tail> loaded) implements Task {}

    private record Stop() implements Task {}

    /** An entry that is written and not acknowledged yet. */
    private record Written(StoredEntry entry, EventId id, long time) {}

    private final FileEventStore.Builder options;
    private final StoreFolder folder;
    private final LinkedBlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
    private final UnansweredAppends appends;
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
        this.appends = new UnansweredAppends(options.waitingBytes);
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
        Write write = new Write(new Append(entry, new CompletableFuture<>()));
        if (!appends.admit(write.append())) {
            return CompletableFuture.failedFuture(new RejectedExecutionException(
                    "store: too much waits to be written (expected: at most " + options.waitingBytes + " bytes)"));
        }
        put(write);
        return write.append().kept();
    }

    StoreStats stats() {
        String writing = problem;
        return new StoreStats(appends.bytes(), 0, 0, 0, writing == null ? disk.problem() : writing);
    }

    void load(FileTail tail, CompletableFuture<EventStore.Tail> loaded) {
        put(new Load(tail, loaded));
    }

    /** Queues a task, or fails it. */
    private void put(Task task) {
        try {
            synchronized (lock) {
                if (!stopped) {
                    tasks.add(task);
                    return;
                }
            }
        } catch (Throwable e) { // such as an OutOfMemoryError
            fail(task, e);
            return;
        }
        fail(task, closed());
    }

    private void fail(Task task, Throwable cause) {
        if (task instanceof Write write) {
            appends.fail(write.append(), cause);
        } else if (task instanceof Load load) {
            load.loaded().completeExceptionally(cause);
        }
    }

    private static IllegalStateException closed() {
        return new IllegalStateException("store: closed");
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
        try {
            while (true) {
                Task task = next();
                if (task instanceof Write first) {
                    task = gather(first);
                    write();
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
                folder.marking.doubtIf(disk.hasFailed());
                folder.trim(options.maxBytes, options.clock.millis() - options.maxAgeMillis());
                long now = System.nanoTime();
                tails.forEach(tail -> tail.tellLossAgain(now));
            }
        } catch (Throwable e) {
            problem = "store: no longer written: " + LogText.escaped(LogText.textOf(e));
            appends.failBatch(e);
            LOGGER.error("store: {} is no longer written", LogText.escaped(folder, e));
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
    private @Nullable Task gather(Write first) {
        long bytes = 0;
        Task next = first;
        while (next instanceof Write write) {
            appends.addToBatch(write.append());
            bytes += write.append().bytes();
            if (bytes >= BATCH_BYTES) {
                return null;
            }
            next = tasks.poll();
        }
        return next;
    }

    private void write() {
        assert Thread.currentThread() == thread;
        List<Written> written = new ArrayList<>(appends.batch().size());
        try {
            disk.check();
            if (folder.written().length() >= fileBytes) {
                disk.force(folder.written());
                folder.roll();
            }
            keep(written, options.clock.millis());
        } catch (Throwable e) {
            problem = "store: cannot be written: " + LogText.escaped(LogText.textOf(e));
            appends.failBatch(e);
            return;
        }
        problem = null;
        for (Written each : written) {
            tails.removeIf(FileTail::isClosed);
            tails.forEach(tail -> tail.entry(each.id(), each.time(), each.entry()));
            appends.keepOldest(each.id());
        }
    }

    private void keep(List<Written> written, long now) throws IOException {
        SegmentFile file = folder.written();
        EventId before = file.last();
        long length = file.length();
        writeAll(written, now);
        try {
            disk.written(file);
        } catch (IOException e) {
            try (Closeable unacknowledged = () -> file.forget(length, before)) {
                folder.marking.doubtIf(true);
                throw e;
            }
        }
        folder.grown(file.length() - length);
    }

    private void writeAll(List<Written> written, long now) throws IOException {
        EventId last = folder.written().last();
        List<ByteBuffer> encoded = new ArrayList<>(written.size());
        int bytes = 0;
        for (Append append : appends.batch()) {
            last = last.next(now);
            ByteBuffer each = EntryFormat.encode(last, now, append.entry());
            bytes += each.remaining();
            encoded.add(each);
            folder.written().holds(append.entry());
            written.add(new Written(append.entry(), last, now));
        }
        ByteBuffer all = ByteBuffer.allocate(bytes);
        encoded.forEach(all::put);
        folder.written().write(all.flip(), last, now);
    }

    private void load(Load load) {
        assert Thread.currentThread() == thread;
        try {
            disk.check();
            load.tail().requireNeeded();
            load.tail().begins(folder.floor());
            Thread.interrupted();
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
            disk.force(folder.written());
            folder.marking.leave(folder.written());
        } catch (Throwable e) {
            folder.marking.doubtIf(true);
            LOGGER.error("store: {} was not left in good form", LogText.escaped(folder, e));
        }
    }

    private void fallSilent() {
        assert Thread.currentThread() == thread;
        synchronized (lock) {
            stopped = true;
        }
        appends.failBatch(closed());
        for (Task left = tasks.poll(); left != null; left = tasks.poll()) {
            fail(left, closed());
        }
        tails.forEach(FileTail::close);
        try {
            folder.close();
        } catch (IOException e) {
            LOGGER.warn("store: {} was not closed", LogText.escaped(folder, e));
        }
    }
}

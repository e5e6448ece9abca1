package dev.freshet.netty.redis;

import static dev.freshet.netty.redis.StreamEntry.bytes;

import dev.freshet.event.EventId;
import dev.freshet.netty.redis.RedisStoreException.Outcome;
import dev.freshet.store.StoredEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Appends what waits to the stream, a batch at a time, so that all is in the order in which it was given, also where a batch is tried
 * again. Its thread alone talks to Redis; {@link #append} and {@link #close} may come from any.
 */
final class Appender implements Runnable {
    private static final int BATCH_ENTRIES = 256;
    private static final long BATCH_BYTES = 256 * 1024;
    /** Of an entry beyond its body, in flight. */
    private static final int OVERHEAD = 256;

    private record Pending(StoredEntry entry, String key, long deadline, CompletableFuture<EventId> appended) {
        long size() {
            long own = entry.eventId() == null ? 0 : entry.eventId().length();
            return OVERHEAD + entry.body().length + entry.topic().length() + own;
        }

        void fail(RedisStoreException failure) {
            appended.completeExceptionally(failure);
        }
    }

    /** Wakes the thread when it is closed. */
    private static final Pending END = new Pending(
            new StoredEntry(StoredEntry.Kind.REMOVAL, "", new byte[0], null, null), "", 0, new CompletableFuture<>());

    private final StoreOptions options;
    private final Link link;
    private final Newest newest;
    private final PositionCheck check;
    private final LinkedBlockingQueue<Pending> waiting = new LinkedBlockingQueue<>();

    // Guarded by this.
    private int events;
    private long bytes;
    private boolean closed;

    Appender(StoreOptions options, Link link, Newest newest, PositionCheck check) {
        this.options = options;
        this.link = link;
        this.newest = newest;
        this.check = check;
    }

    /** Fails where too much is in flight. */
    CompletionStage<EventId> append(StoredEntry entry, String key) {
        long deadline = System.nanoTime() + options.appendPatience().toNanos();
        Pending pending = new Pending(entry, key, deadline, new CompletableFuture<>());
        synchronized (this) {
            if (closed) {
                return CompletableFuture.failedFuture(closed());
            }
            if (events >= options.maxInFlightEvents()
                    || events > 0 && bytes + pending.size() > options.maxInFlightBytes()) {
                return CompletableFuture.failedFuture(new RedisStoreException(
                        Outcome.NOT_DONE,
                        "store: " + events + " events of " + bytes + " bytes are in flight (expected: at most "
                                + options.maxInFlightEvents() + " events and " + options.maxInFlightBytes()
                                + " bytes)"));
            }
            events++;
            bytes += pending.size();
            waiting.add(pending);
        }
        return pending.appended.whenComplete((id, failure) -> landed(pending));
    }

    private synchronized void landed(Pending pending) {
        events--;
        bytes -= pending.size();
    }

    @Override
    public void run() {
        List<Pending> batch = new ArrayList<>();
        try {
            while (!link.isEnded()) {
                batch.clear();
                take(batch);
                send(batch);
            }
        } catch (InterruptedException | Link.Ended e) {
            // closed
        } finally {
            end();
            waiting.drainTo(batch);
            batch.forEach(pending -> pending.fail(closed()));
            link.drop();
        }
    }

    /** Waits for the first; an empty batch says that it was closed. */
    private void take(List<Pending> batch) throws InterruptedException {
        Pending first = waiting.take();
        if (first == END) {
            return;
        }
        long size = first.size();
        batch.add(first);
        for (Pending next = waiting.peek();
                next != null && next != END && batch.size() < BATCH_ENTRIES && size + next.size() <= BATCH_BYTES;
                next = waiting.peek()) {
            batch.add(waiting.remove());
            size += next.size();
        }
    }

    private void send(List<Pending> batch) {
        RedisStoreException last =
                new RedisStoreException(Outcome.NOT_DONE, "store: not appended in " + options.appendPatience());
        while (true) {
            failOverdue(batch, last);
            if (batch.isEmpty()) {
                return;
            }
            try {
                complete(batch, tryOnce(batch));
                return;
            } catch (RedisStoreException e) {
                boolean isOver =
                        e.outcome() == Outcome.REFUSED || e.outcome() == Outcome.UNKNOWN && !options.isIdempotent();
                if (isOver) {
                    batch.forEach(pending -> pending.fail(e));
                    return;
                }
                last = e;
                link.backOff();
            } catch (Link.Ended e) {
                throw e;
            } catch (Throwable e) {
                batch.forEach(pending -> pending.appended.completeExceptionally(e));
                return;
            }
        }
    }

    private static void failOverdue(List<Pending> batch, RedisStoreException why) {
        long now = System.nanoTime();
        batch.removeIf(pending -> {
            boolean isOverdue = now - pending.deadline > 0;
            if (isOverdue) {
                pending.fail(why);
            }
            return isOverdue;
        });
    }

    private List<String> tryOnce(List<Pending> batch) {
        while (true) {
            List<String> ids = Script.APPEND.run(link, keys(batch), arguments(batch));
            if (!ids.isEmpty()) {
                return ids;
            }
            check.run(link);
        }
    }

    private String[] keys(List<Pending> batch) {
        List<String> keys = new ArrayList<>();
        keys.add(options.key());
        if (options.isIdempotent()) {
            batch.forEach(pending -> keys.add(options.publishKey(pending.key)));
        }
        return keys.toArray(String[]::new);
    }

    private byte[][] arguments(List<Pending> batch) {
        List<byte[]> arguments = new ArrayList<>();
        arguments.add(bytes(newest.get().toString()));
        arguments.add(bytes(Long.toString(options.maxEvents())));
        arguments.add(bytes(Long.toString(options.maxAge().toMillis())));
        arguments.add(bytes(Long.toString(options.keyAge().toMillis())));
        batch.forEach(pending -> StreamEntry.addTo(arguments, pending.entry));
        return arguments.toArray(byte[][]::new);
    }

    private void complete(List<Pending> batch, List<String> ids) {
        for (int i = 0; i < ids.size(); i++) {
            String[] parts = ids.get(i).split(" ", 2);
            StreamId id = StreamId.parse(parts[0]);
            newest.raise(id);
            batch.get(i).appended.complete(id.in(Long.parseLong(parts[1])));
        }
    }

    private static RedisStoreException closed() {
        return new RedisStoreException(Outcome.UNKNOWN, "store: closed");
    }

    /** Takes nothing any more, and fails what is in flight. */
    void close() {
        link.end();
        end();
    }

    private synchronized void end() {
        closed = true;
        waiting.add(END);
    }
}

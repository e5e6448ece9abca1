package dev.freshet.netty.redis;

import dev.freshet.event.EventId;
import dev.freshet.netty.redis.RedisStoreException.Outcome;
import dev.freshet.store.StoredEntry;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The appender of a store: a thread that appends the entries of the inbox to the stream, in batches, several of which
 * may be in flight. The batches are numbered. Redis keeps a record of the latest batches that it appended. It appends
 * each batch once, although a batch may be sent again, and only after the batch with the preceding number. The entries
 * therefore keep the order of the calls. Without that record, see {@link Idempotence#NONE}, a batch is sent again only
 * if neither it nor a later one may have been appended. Confined to its thread, except for {@link #append},
 * {@link #waitingBytes} and {@link #close}, which are thread-safe.
 */
final class Appender implements Runnable {
    /** The bound of batches in flight. */
    static final int WINDOW = 4;
    /** Another batch is sent while one is in flight if this part of a full batch waits: a quarter. */
    private static final int EARLY_DIVISOR = 4;

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

    private final StoreOptions options;
    private final Link link;
    private final KnownPositions known;
    private final RedisCounts counts;
    private final PositionCheck check;
    private final Inbox inbox;
    private final String session;
    private final Thread thread = new FastThreadLocalThread(this, "freshet-redis-append");

    // Confined to the thread.
    /** The batches that are sent and not acknowledged, the oldest first. */
    private final Deque<Batch> window = new ArrayDeque<>();

    private final RecentKeys recent = new RecentKeys();
    private final RedisClock clock = new RedisClock();
    /** The number of the latest batch. */
    private long lastNumber;
    /** The number of sends of batches, from which the token of each is made. */
    private long sendCount;
    /** Whether Redis lacks the script, so that the oldest batch is sent with its text. */
    private boolean isScriptUnknown;
    /** Whether the stream was checked again since the last batch was acknowledged. */
    private boolean isChecked;

    Appender(StoreOptions options, Link link, KnownPositions known, PositionCheck check, RedisCounts counts) {
        this.options = options;
        this.counts = counts;
        this.link = link;
        this.known = known;
        this.session = known.session();
        this.check = check;
        this.inbox = new Inbox(options);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /**
     * Appends an entry. Rejects it, or blocks, if too much is in flight; see {@link InFlightPolicy}.
     *
     * @return a stage with the id of the entry; fails with a {@link RedisStoreException}
     */
    CompletionStage<EventId> append(StoredEntry entry, String key) {
        return inbox.append(entry, key);
    }

    /** Returns the size of the entries in flight, in bytes. */
    long waitingBytes() {
        return inbox.bytes();
    }

    @Override
    public void run() {
        try {
            while (!link.isEnded()) {
                appendNext();
            }
        } catch (Link.Ended e) {
            // closed
        } finally {
            inbox.close();
            window.forEach(Batch::markUncertain);
            window.forEach(batch -> batch.fail(Inbox.closed()));
            inbox.failAll();
            link.close();
        }
    }

    /** Sends as many batches as may be in flight, and waits for the reply to the oldest one. */
    private void appendNext() {
        assert Thread.currentThread() == thread;
        try {
            if (!clock.isKnown()) {
                inbox.await();
                clock.set(check.run(link).time());
            }
            fillWindow();
            Batch oldest = window.peek();
            if (oldest != null && oldest.reply() != null) {
                handleReply(oldest, Script.text(link.await(oldest.reply())));
            }
        } catch (RedisStoreException e) {
            prepareRetry(e);
        } catch (Link.Ended e) {
            throw e;
        } catch (Throwable e) {
            prepareRetry(new RedisStoreException(Outcome.UNKNOWN, "store: append failed: " + e, e));
        }
    }

    private void fillWindow() {
        for (Batch batch : window) {
            if (batch.reply() == null) {
                send(batch);
                if (hasFailed(batch)) {
                    return; // without a connection each further batch would wait for another connection attempt
                }
            }
        }
        if (window.isEmpty()) {
            inbox.await();
        }
        while (window.isEmpty() || window.size() < WINDOW && inbox.size() >= options.batchEntries() / EARLY_DIVISOR) {
            if (!window.isEmpty() && window.peek().isGivenUp()) {
                return; // the next batch may contain a retry of this one, whose outcome is still unknown
            }
            List<Pending> taken = inbox.take();
            if (taken.isEmpty()) {
                return;
            }
            List<Pending> appends = options.isIdempotent() ? recent.withoutRetries(taken) : taken;
            if (!appends.isEmpty()) {
                Batch batch = new Batch(++lastNumber, appends);
                window.add(batch);
                send(batch);
                if (hasFailed(batch)) {
                    return;
                }
            }
        }
    }

    /** Returns whether the send of a batch has failed at once, for example without a connection. */
    private static boolean hasFailed(Batch batch) {
        return batch.reply() != null && batch.reply().isCompletedExceptionally();
    }

    private void send(Batch batch) {
        assert Thread.currentThread() == thread;
        boolean isOldest = batch == window.peek();
        String token = session + "." + Long.toString(++sendCount, Character.MAX_RADIX);
        byte[][] values = AppendArguments.of(options, known, batch, isOldest, clock.at(batch.deadline()), token);
        String[] keys = AppendArguments.keys(options, session);
        boolean withText = isOldest && isScriptUnknown;
        batch.sent(withText ? Script.APPEND.sendText(link, keys, values) : Script.APPEND.send(link, keys, values));
    }

    private void handleReply(Batch oldest, List<String> reply) {
        assert Thread.currentThread() == thread;
        clock.set(Long.parseLong(reply.get(1)));
        isScriptUnknown = false;
        switch (reply.get(0)) {
            case "DONE" -> acknowledge(reply);
            case "VOID" -> {
                window.remove();
                oldest.markUncertain();
                recent.forget(oldest.appends());
                oldest.fail(new RedisStoreException(Outcome.UNKNOWN, "store: not known whether it was appended"));
            }
            case "OVERDUE" -> prepareRetry(new RedisStoreException(Outcome.NOT_DONE, "store: too late for an append"));
            case "UNCHECKED" -> {
                if (isChecked) {
                    link.backOff();
                }
                isChecked = true;
                settle(new RedisStoreException(Outcome.NOT_DONE, "store: a later append was appended first"));
                window.forEach(Batch::resetReply);
                clock.set(check.run(link).time());
            }
            default -> window.forEach(Batch::resetReply); // OUT_OF_ORDER: Redis has no record of the batch before it
        }
    }

    private void acknowledge(List<String> reply) {
        StreamId first = StreamId.parse(reply.get(2));
        long incarnation = Long.parseLong(reply.get(3));
        counts.appended();
        Batch oldest = window.remove();
        isChecked = false;
        link.succeeded();
        List<Pending> appends = oldest.appends();
        known.appended(new EntryPosition(first.plus(appends.size() - 1), reply.get(4)));
        for (int i = 0; i < appends.size(); i++) {
            EventId id = first.plus(i).in(incarnation);
            if (!appends.get(i).appended().complete(id)) {
                recent.putLate(appends.get(i), id);
            }
        }
    }

    /** Completes what cannot be sent again if Redis keeps no record of the batches. */
    private void settle(RedisStoreException why) {
        if (!options.isIdempotent()) {
            UnrecordedBatches.settle(window, link, why, this::acknowledge);
        }
    }

    /**
     * Drops the replies, so that the batches are sent again from the oldest one on, and backs off. Fails the appends
     * that Redis rejected, and those that have timed out.
     */
    private void prepareRetry(RedisStoreException why) {
        assert Thread.currentThread() == thread;
        if (!Failures.isOfUnknownScript(why)) {
            counts.appendFailed(why.getMessage(), Failures.isOfAppends(why));
        }
        Batch first = window.peek();
        // A reply to a batch: to settle is to decide on that batch. Nothing is left to reject but by a refusal of all.
        boolean isSettled = !options.isIdempotent() && first != null && first.reply() != null;
        settle(why);
        Batch oldest = window.peek();
        boolean mayBeAppended = options.isIdempotent() && Failures.mayBeAppended(why);
        if (mayBeAppended || oldest != null && oldest.isUncertain()) {
            // An unknown error may come after the append. If the oldest was appended, those after it may be, too.
            window.forEach(Batch::markUncertain);
        }
        window.forEach(Batch::resetReply);
        if (Failures.isOfUnknownScript(why)) {
            isScriptUnknown = true;
            return;
        }
        if (why.outcome() == Outcome.REFUSED && (!isSettled || Failures.isOfAll(why))) {
            reject(why);
        }
        long now = System.nanoTime();
        for (Batch batch : window) {
            recent.forget(batch.failOverdue(now, why));
        }
        window.removeIf(batch -> batch.appends().isEmpty());
        inbox.takeOverdue(now).forEach(pending -> pending.appended().completeExceptionally(why.of(false)));
        link.backOff();
    }

    /**
     * Fails the oldest batch if the failure concerns its entries; otherwise every append, because Redis would reject
     * them as well.
     */
    private void reject(RedisStoreException why) {
        if (!window.isEmpty() && !Failures.isOfAll(why)) {
            reject(window.remove(), why);
            return;
        }
        List<Pending> waiting = inbox.takeAll(); // and none that is appended once others have failed
        for (Batch batch = window.poll(); batch != null; batch = window.poll()) {
            reject(batch, why);
        }
        waiting.forEach(pending -> pending.appended().completeExceptionally(why));
    }

    private void reject(Batch batch, RedisStoreException why) {
        if (!batch.isUncertain()) {
            recent.forget(batch.appends()); // else a retry could be kept twice
        }
        batch.fail(why);
    }

    /**
     * Rejects every further append, fails those in flight, and waits for the end of the thread, within a bound, unless
     * it is the calling thread.
     */
    void close() {
        link.end();
        inbox.close();
        try {
            if (Thread.currentThread() != thread) {
                thread.join(CLOSE_PATIENCE.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

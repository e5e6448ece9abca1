package dev.freshet.netty.redis;

import static dev.freshet.netty.redis.StreamEntry.bytes;

import dev.freshet.event.EventId;
import dev.freshet.netty.redis.RedisStoreException.Outcome;
import dev.freshet.store.StoredEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Appends what waits to the stream, in batches, of which some are in flight. They are numbered, and Redis has a record of the last that it
 * did: it does each once, and none but behind the one before, so that all is in the order in which it was given, also where batches
 * are sent again. Its thread alone talks to Redis; {@link #append} and {@link #close} may come from any.
 */
final class Appender implements Runnable {
    private static final int WINDOW = 4;
    /** Another batch is sent before the answer where so much of one waits. */
    private static final int OF_BATCH = 4;

    private static final byte[] YES = bytes("1");
    private static final byte[] NO = bytes("0");

    private final StoreOptions options;
    private final Link link;
    private final KnownPlaces known;
    private final RedisCounts counts;
    private final PositionCheck check;
    private final Inbox inbox;
    private final String session = Tokens.next();

    // Its thread's.
    private final Deque<Batch> window = new ArrayDeque<>();
    private final RecentKeys recent = new RecentKeys();
    private final RedisClock clock = new RedisClock();
    private long number;
    private long sendings;
    private boolean isScriptUnknown;
    private boolean isChecked;

    Appender(StoreOptions options, Link link, KnownPlaces known, PositionCheck check, RedisCounts counts) {
        this.options = options;
        this.counts = counts;
        this.link = link;
        this.known = known;
        this.check = check;
        this.inbox = new Inbox(options);
    }

    /** Fails or waits where too much is in flight. */
    CompletionStage<EventId> append(StoredEntry entry, String key) {
        return inbox.append(entry, key);
    }

    long waitingBytes() {
        return inbox.bytes();
    }

    @Override
    public void run() {
        try {
            while (!link.isEnded()) {
                step();
            }
        } catch (Link.Ended e) {
            // closed
        } finally {
            inbox.close();
            window.forEach(batch -> batch.fail(Inbox.closed()));
            inbox.failAll();
            link.close();
        }
    }

    /** Sends what may be in flight, and waits for the answer to the first. */
    private void step() {
        try {
            if (!clock.isKnown()) {
                inbox.await();
                clock.set(check.run(link).time());
            }
            fill();
            Batch first = window.peek();
            if (first != null && first.answer() != null) {
                answered(first, Script.text(link.await(first.answer())));
            }
        } catch (RedisStoreException e) {
            failed(e);
        } catch (Link.Ended e) {
            throw e;
        } catch (Throwable e) {
            failed(new RedisStoreException(Outcome.UNKNOWN, "store: append failed: " + e, e));
        }
    }

    private void fill() {
        for (Batch batch : window) {
            if (batch.answer() == null) {
                send(batch);
                if (isRefused(batch)) {
                    return; // nothing reaches Redis: each would wait for a connection of its own
                }
            }
        }
        if (window.isEmpty()) {
            inbox.await();
        }
        while (window.isEmpty() || window.size() < WINDOW && inbox.size() >= options.batchEntries() / OF_BATCH) {
            if (!window.isEmpty() && window.peek().isGivenUp()) {
                return; // whether it was done is to be known before the next, which may be a retry
            }
            List<Pending> taken = inbox.take();
            if (taken.isEmpty()) {
                return;
            }
            List<Pending> firsts = recent.firsts(taken);
            if (!firsts.isEmpty()) {
                Batch batch = new Batch(++number, firsts);
                window.add(batch);
                send(batch);
                if (isRefused(batch)) {
                    return;
                }
            }
        }
    }

    private static boolean isRefused(Batch batch) {
        return batch.answer() != null && batch.answer().isCompletedExceptionally();
    }

    private void send(Batch batch) {
        boolean isFirst = batch == window.peek();
        List<byte[]> arguments = new ArrayList<>();
        known.addTo(arguments);
        arguments.add(bytes(Long.toString(options.maxEvents())));
        arguments.add(bytes(Long.toString(options.maxAge().toMillis())));
        arguments.add(bytes(Long.toString(clock.at(batch.deadline()))));
        arguments.add(bytes(Long.toString(options.recordAge().toMillis())));
        arguments.add(bytes(Long.toString(batch.number())));
        arguments.add(bytes(Integer.toString(WINDOW)));
        arguments.add(isFirst ? YES : NO);
        arguments.add(bytes(session + "." + Long.toString(++sendings, Character.MAX_RADIX)));
        if (!batch.isGivenUp()) {
            batch.all().forEach(pending -> StreamEntry.addTo(arguments, pending.entry()));
        }
        String[] keys = {options.key(), options.headKey(), options.recordKey(session)};
        byte[][] all = arguments.toArray(byte[][]::new);
        boolean isByText = isFirst && isScriptUnknown;
        batch.sent(isByText ? Script.APPEND.sendText(link, keys, all) : Script.APPEND.send(link, keys, all));
    }

    private void answered(Batch first, List<String> answer) {
        clock.set(Long.parseLong(answer.get(1)));
        isScriptUnknown = false;
        switch (answer.get(0)) {
            case "DONE" -> {
                StreamId id = StreamId.parse(answer.get(2));
                done(first, id, Long.parseLong(answer.get(3)), answer.get(4));
            }
            case "VOID" -> {
                window.remove();
                recent.forget(first.all());
                first.fail(new RedisStoreException(Outcome.UNKNOWN, "store: not known whether it was appended"));
            }
            case "OVERDUE" -> failed(new RedisStoreException(Outcome.NOT_DONE, "store: too late for an append"));
            case "UNCHECKED" -> {
                if (isChecked) {
                    link.backOff();
                }
                isChecked = true;
                window.forEach(Batch::unsent);
                clock.set(check.run(link).time());
            }
            default -> window.forEach(Batch::unsent); // not behind the one before, which Redis does not know any more
        }
    }

    private void done(Batch first, StreamId id, long incarnation, String token) {
        counts.appended();
        window.remove();
        isChecked = false;
        link.succeeded();
        List<Pending> all = first.all();
        known.appended(new Place(id.plus(all.size() - 1), token));
        for (int i = 0; i < all.size(); i++) {
            EventId given = id.plus(i).in(incarnation);
            if (!all.get(i).appended().complete(given)) {
                recent.learn(all.get(i), given);
            }
        }
    }

    /** All is sent again, from the first on, but what Redis refused and what nobody waits for. */
    private void failed(RedisStoreException why) {
        if (!Script.isUnknown(why)) {
            counts.appendFailed(why.getMessage(), Failures.isOfAppends(why));
        }
        Batch oldest = window.peek();
        if (why.outcome() == Outcome.UNKNOWN || oldest != null && oldest.isUncertain()) {
            window.forEach(Batch::doubt); // where the first was done before, those behind it may have been now
        }
        window.forEach(Batch::unsent);
        if (Script.isUnknown(why)) {
            isScriptUnknown = true;
            return;
        }
        if (why.outcome() == Outcome.REFUSED) {
            refused(why);
        }
        long now = System.nanoTime();
        for (Batch batch : window) {
            recent.forget(batch.failOverdue(now, why));
        }
        window.removeIf(batch -> batch.all().isEmpty());
        inbox.takeOverdue(now).forEach(pending -> pending.appended().completeExceptionally(why));
        link.backOff();
    }

    /** All would be refused, unless there is something about the first. */
    private void refused(RedisStoreException why) {
        if (!window.isEmpty() && !Failures.isOfAll(why)) {
            refuse(window.remove(), why);
            return;
        }
        for (Batch batch = window.poll(); batch != null; batch = window.poll()) {
            refuse(batch, why);
        }
        inbox.takeAll().forEach(pending -> pending.appended().completeExceptionally(why));
    }

    private void refuse(Batch batch, RedisStoreException why) {
        if (!batch.isUncertain()) {
            recent.forget(batch.all());
        }
        batch.fail(why);
    }

    /** Takes nothing any more, and fails what is in flight. */
    void close() {
        link.end();
        inbox.close();
    }
}

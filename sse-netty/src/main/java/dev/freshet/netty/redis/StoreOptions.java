package dev.freshet.netty.redis;

import io.lettuce.core.RedisURI;
import java.time.Duration;

/**
 * The options of a store.
 *
 * @param where the address for messages, without the password
 * @param timeout the timeout of a connection attempt, and of a reply
 * @param appendTimeout the timeout of an append, with all its attempts
 */
record StoreOptions(
        RedisURI uri,
        String where,
        String key,
        long maxEvents,
        Duration maxAge,
        Duration timeout,
        Duration appendTimeout,
        int maxInFlightEvents,
        long maxInFlightBytes,
        InFlightPolicy inFlightPolicy,
        Idempotence idempotence) {
    private static final int RECORD_TIMEOUTS = 5;
    private static final int MOST_BATCH_ENTRIES = 512;
    private static final int BATCHES_KEPT = 32;

    /**
     * Returns the bound of entries of a batch: a small part of the entries that the stream keeps, so that a tail reads
     * them before they are trimmed.
     */
    int batchEntries() {
        return (int) Math.min(MOST_BATCH_ENTRIES, maxEvents / BATCHES_KEPT);
    }

    /**
     * Returns the time for which Redis keeps the record of an appender: longer than the time after which a batch that
     * was appended may still be sent again.
     */
    Duration recordAge() {
        return appendTimeout.plus(timeout.multipliedBy(RECORD_TIMEOUTS));
    }

    /** Returns whether Redis keeps a record of the latest appends of each store, so that they can be sent again. */
    boolean isIdempotent() {
        return idempotence == Idempotence.BY_KEY;
    }

    /** Returns the key of the head: the position of the newest entry, its incarnation and its marker. */
    String headKey() {
        return keyOf("head");
    }

    /** Returns the key of the record of an appender. */
    String recordKey(String session) {
        return keyOf(session);
    }

    /** Returns a key in the slot of the stream. */
    private String keyOf(String name) {
        int open = key.indexOf('{');
        int close = key.indexOf('}', open + 1);
        return (open >= 0 && close > open + 1 ? key : "{" + key + "}") + ":" + name;
    }

    /** Returns the appender's timeout of a reply, which is no longer than that of an append. */
    Duration appenderTimeout() {
        return timeout.compareTo(appendTimeout) < 0 ? timeout : appendTimeout;
    }
}

package dev.freshet.netty.redis;

import io.lettuce.core.RedisURI;
import java.time.Duration;

/**
 * What a store was built with.
 *
 * @param where for messages, without the password
 * @param patience for a connection and for an answer
 * @param appendPatience for an append, all its tries together
 */
record StoreOptions(
        RedisURI uri,
        String where,
        String key,
        long maxEvents,
        Duration maxAge,
        Duration patience,
        Duration appendPatience,
        int maxInFlightEvents,
        long maxInFlightBytes,
        InFlightPolicy inFlightPolicy) {
    private static final int PATIENCES = 5;
    private static final int MOST_OF_BATCH = 512;
    private static final int BATCHES_KEPT = 32;

    /** How many entries are appended at once at most: few of what is kept, so that a tail has read them before they are trimmed. */
    int batchEntries() {
        return (int) Math.min(MOST_OF_BATCH, maxEvents / BATCHES_KEPT);
    }

    /** How long Redis keeps the record of an appender: longer than any try of a batch that it has done may come later. */
    Duration recordAge() {
        return appendPatience.plus(patience.multipliedBy(PATIENCES));
    }

    /** The key of what is known of the newest entry. */
    String headKey() {
        return keyOf("head");
    }

    /** The key of the record of an appender. */
    String recordKey(String session) {
        return keyOf(session);
    }

    /** In the slot of the stream's. */
    private String keyOf(String name) {
        int open = key.indexOf('{');
        int close = key.indexOf('}', open + 1);
        return (open >= 0 && close > open + 1 ? key : "{" + key + "}") + ":" + name;
    }

    /** The appender's for an answer: no longer than an append may take. */
    Duration appenderPatience() {
        return patience.compareTo(appendPatience) < 0 ? patience : appendPatience;
    }
}

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
        boolean isIdempotent) {

    /** How long a publish key is kept: longer than its last try may take. */
    Duration keyAge() {
        return appendPatience.plus(patience);
    }

    /** The key of a publishing, which is in the slot of the stream's. */
    String publishKey(String name) {
        int open = key.indexOf('{');
        int close = key.indexOf('}', open + 1);
        return (open >= 0 && close > open + 1 ? key : "{" + key + "}") + ":" + name;
    }
}

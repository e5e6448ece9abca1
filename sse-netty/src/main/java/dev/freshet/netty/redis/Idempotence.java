package dev.freshet.netty.redis;

/** What a store does with an append whose outcome is not known, because Redis has not replied. */
public enum Idempotence {
    /**
     * The append is sent again, and kept once. Redis keeps a record of the latest appends of each store, in a key of its
     * own, and the store keeps the keys of its latest 65,536 appends.
     */
    BY_KEY,
    /**
     * The append fails, and is not sent again: it may have been kept, also after entries that were appended later, and
     * {@link RedisStoreException#isNotKept} is false. Neither Redis nor the store keeps a record, which saves three
     * commands of Redis for each batch, and the memory of the keys. An append that was certainly not kept is sent again
     * as long as none after it may have been kept, and else fails. A caller that repeats a failed append may have it kept
     * twice. If a connection is lost, all appends that were sent and are not acknowledged fail: 2,048 at most.
     */
    NONE
}

package dev.freshet.netty.redis;

/** The newest id that a store was told, by a tail or by an append: what Redis must have. Thread-safe. */
final class Newest {
    private StreamId id = StreamId.NONE; // guarded by this

    synchronized StreamId get() {
        return id;
    }

    synchronized void raise(StreamId seen) {
        if (seen.compareTo(id) > 0) {
            id = seen;
        }
    }
}

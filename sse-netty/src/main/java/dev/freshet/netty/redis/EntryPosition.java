package dev.freshet.netty.redis;

/**
 * A position in a history: the id of an entry, and the token of the batch that the entry was appended with. An entry of
 * another history may have the same id, but not the same token.
 */
record EntryPosition(StreamId id, String token) {
    /** The position before every entry. */
    static final EntryPosition NONE = new EntryPosition(StreamId.NONE, "-");

    boolean isBefore(StreamId other) {
        return id.compareTo(other) < 0;
    }
}

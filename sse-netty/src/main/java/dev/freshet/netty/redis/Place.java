package dev.freshet.netty.redis;

/**
 * A place in a history: the id of an entry, and the token of the batch that it was appended with. Another history may have the id,
 * but not with the token.
 */
record Place(StreamId id, String token) {
    static final Place NONE = new Place(StreamId.NONE, "-");

    boolean isBefore(StreamId other) {
        return id.compareTo(other) < 0;
    }
}

package dev.freshet.netty.redis;

import dev.freshet.event.EventId;

/**
 * The id of an entry of a Redis stream.
 *
 * @param millis below 2^53, the bound of exact integers in a script
 */
record StreamId(long millis, long sequence) implements Comparable<StreamId> {
    static final StreamId NONE = new StreamId(0, 0);

    private static final int INCARNATION_BITS = 32;
    private static final long SEQUENCES = 1L << 31;
    private static final long MILLIS = 1L << 53;

    StreamId {
        if (millis >= MILLIS) {
            throw new IllegalArgumentException(
                    "stream: an entry " + millis + "-" + sequence + " (expected: milliseconds below 2^53)");
        }
    }

    static StreamId parse(String text) {
        EventId id = EventId.parse(text);
        return new StreamId(id.millis(), id.sequence());
    }

    /**
     * Returns the hub's position of the id in an incarnation.
     *
     * @throws IllegalArgumentException if the sequence is 2^31 or more, or the incarnation has more than 32 bits
     */
    EventId in(long incarnation) {
        if (sequence >= SEQUENCES) {
            throw new IllegalArgumentException("stream: an entry " + this + " (expected: a sequence below 2^31)");
        }
        if (incarnation < 0 || incarnation >>> INCARNATION_BITS != 0) {
            throw new IllegalArgumentException("incarnation: " + incarnation + " (expected: of 32 bits)");
        }
        return new EventId(millis, sequence << INCARNATION_BITS | incarnation);
    }

    /** Returns the id of the entry that is a number of entries later in the same batch. */
    StreamId plus(int entries) {
        return new StreamId(millis, sequence + entries);
    }

    @Override
    public int compareTo(StreamId other) {
        int byMillis = Long.compare(millis, other.millis);
        return byMillis != 0 ? byMillis : Long.compare(sequence, other.sequence);
    }

    @Override
    public String toString() {
        return millis + "-" + sequence;
    }
}

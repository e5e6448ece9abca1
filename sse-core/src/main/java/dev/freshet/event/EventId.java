package dev.freshet.event;

import static java.util.Objects.requireNonNull;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The position of an event in the order of its hub: a wall-clock millisecond and a number that orders the events within
 * it. Its text, {@code millis-sequence}, is the value of the stream's {@code id} field, which a client sends back as
 * {@code Last-Event-ID}.
 *
 * <p>A hub, or its store, puts a count into the high 32 bits of {@code sequence} and its incarnation, random bits of
 * its own, into the low ones.
 *
 * <p>Ids are ordered by {@code millis}, then by {@code sequence}. There is one text for each id: decimal ASCII digits
 * without sign or leading zeros, so that equal ids have equal texts.
 *
 * <p>Immutable, hence safe for use by any number of threads.
 *
 * @param millis milliseconds since the epoch; at least 0
 * @param sequence the number that orders the events of the millisecond; at least 0
 */
public record EventId(long millis, long sequence) implements Comparable<EventId> {
    private static final int INCARNATION_BITS = 32;
    private static final long INCARNATION_MASK = (1L << INCARNATION_BITS) - 1;

    /**
     * Creates an id from its parts.
     *
     * @throws IllegalArgumentException if a part is negative
     */
    public EventId {
        if (millis < 0) {
            throw new IllegalArgumentException("millis: " + millis + " (expected: >= 0)");
        }
        if (sequence < 0) {
            throw new IllegalArgumentException("sequence: " + sequence + " (expected: >= 0)");
        }
    }

    /**
     * Reads an id from its text.
     *
     * @param text exactly what {@link #toString()} gives
     * @return the id
     * @throws IllegalArgumentException if the text is anything else
     */
    public static EventId parse(String text) {
        EventId id = tryParse(text);
        if (id == null) {
            throw new IllegalArgumentException(
                    "id: " + Text.quote(text) + " (expected: millis-sequence, such as 1700000000000-0)");
        }
        return id;
    }

    /**
     * Reads an id from its text, for text that a client sent.
     *
     * @param text any text
     * @return the id, or null if the text is not exactly what {@link #toString()} gives for some id
     */
    public static @Nullable EventId tryParse(String text) {
        requireNonNull(text, "text");
        int dash = text.indexOf('-');
        if (dash < 0) {
            return null;
        }
        long millis = number(text, 0, dash);
        long sequence = number(text, dash + 1, text.length());
        return millis < 0 || sequence < 0 ? null : new EventId(millis, sequence);
    }

    /** Returns the canonical decimal number in a part of the text, or -1. */
    private static long number(String text, int from, int to) {
        int digits = to - from;
        if (digits < 1 || digits > 19 || (digits > 1 && text.charAt(from) == '0')) {
            return -1;
        }
        long value = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10
                    + digit; // 19 digits overflow at most once, into the negative: 9,999,999,999,999,999,999 < 2^64
            if (value < 0) {
                return -1;
            }
        }
        return value;
    }

    /**
     * Returns the next id of the same incarnation: the first id of the given time if that is later than this id, else
     * the id after this one. If the count of the millisecond is full, the next id is the first of the following
     * millisecond.
     *
     * @param now milliseconds since the epoch
     */
    public EventId next(long now) {
        long incarnation = sequence & INCARNATION_MASK;
        long count = sequence >>> INCARNATION_BITS;
        if (now > millis) {
            return new EventId(now, incarnation);
        }
        return count < Integer.MAX_VALUE
                ? new EventId(millis, (count + 1) << INCARNATION_BITS | incarnation)
                : new EventId(millis + 1, incarnation);
    }

    /** Orders by {@code millis}, then by {@code sequence}. */
    @Override
    public int compareTo(EventId other) {
        Objects.requireNonNull(other, "other");
        int byMillis = Long.compare(millis, other.millis);
        return byMillis != 0 ? byMillis : Long.compare(sequence, other.sequence);
    }

    /** Returns the canonical text, {@code millis-sequence}. */
    @Override
    public String toString() {
        return millis + "-" + sequence;
    }
}

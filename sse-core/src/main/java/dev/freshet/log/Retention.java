package dev.freshet.log;

import java.time.Duration;
import java.util.Objects;

/**
 * The bounds of what the logs of a hub retain for clients that resume. Each topic is bounded by events, by bytes and by
 * age, whichever is reached first. A further bound is for everything that the hub holds on the heap: segments, topics
 * with their names, own ids, ends, and the floors of forgotten topics. Over this bound the oldest segment of all topics
 * is evicted first, and its topic is forgotten if it is idle.
 *
 * <p>Immutable and thread-safe.
 *
 * @param maxEvents events per topic, above 0; or 0 as for {@link #none()}
 * @param maxBytes encoded bytes per topic, at least 1,024; no event may be larger
 * @param maxAge age of an event, above 0; without traffic an event is evicted up to an eighth of it later, or up to a
 *     second later if that is longer
 * @param hubBytes memory for everything that the hub holds, at least {@code maxBytes}: a quarter, but at least 8 KiB,
 *     is for the objects of topics that are followed or retain nothing, and the rest is for history
 */
public record Retention(int maxEvents, long maxBytes, Duration maxAge, long hubBytes) {
    private static final int FEWEST_BYTES = 1 << 10;
    /** The smallest segment: many topics hold no more than an event or two. */
    private static final int SMALLEST_SEGMENT = 1 << 8;

    /** The largest segment: small enough that no collector treats its array as a humongous object. */
    private static final int LARGEST_SEGMENT = 1 << 17;

    private static final long DEFAULT_BYTES = 16 << 20;
    private static final int SHARE_OF_HEAP = 8;

    private static final int BYTES_UNTIL_READ = 1 << 18;
    private static final Duration TIME_UNTIL_READ = Duration.ofSeconds(1);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is out of its range
     */
    public Retention {
        Objects.requireNonNull(maxAge, "maxAge");
        check(maxEvents >= 0, "maxEvents", maxEvents, ">= 0");
        check(maxBytes >= FEWEST_BYTES, "maxBytes", maxBytes, ">= 1024");
        check(!maxAge.isNegative() && !maxAge.isZero(), "maxAge", maxAge, "> 0");
        check(hubBytes >= maxBytes, "hubBytes", hubBytes, ">= maxBytes, " + maxBytes);
    }

    private static void check(boolean good, String name, Object value, String expected) {
        if (!good) {
            throw new IllegalArgumentException("retention." + name + ": " + value + " (expected: " + expected + ")");
        }
    }

    /**
     * Returns the default retention: 100,000 events, 16 MiB and 10 minutes per topic, and an eighth of the heap for the
     * hub.
     */
    public static Retention defaults() {
        return builder().build();
    }

    /**
     * Returns a retention of nothing, for events that are of no use later ("typing ..."). Events are kept until the
     * streams that are at the newest event have read them, for about a second and up to 256 KiB for each topic; no
     * event may be larger. Such a topic never makes a stream lag and never causes a reset: lost events are left out
     * without notice, and the other topics of the stream are not affected. A client that resumes receives the events
     * that are published from then on. A stream of such topics alone is always {@link
     * dev.freshet.event.ResumeOutcome#FRESH}. An own id of such an event names no position.
     */
    public static Retention none() {
        long bytes = Math.max(BYTES_UNTIL_READ, Builder.shareOfHeap());
        return new Retention(0, BYTES_UNTIL_READ, TIME_UNTIL_READ, bytes);
    }

    /** Returns a builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the size of the next segment: it doubles up to 128 KiB, but stays a small part of what the topic may
     * retain.
     */
    int segmentBytes(int previous, int needed) {
        long most = Math.min(LARGEST_SEGMENT, Math.max(SMALLEST_SEGMENT, Long.highestOneBit(maxBytes / 8)));
        long size = Math.min(most, Math.max(SMALLEST_SEGMENT, previous * 2L));
        if (size < needed) {
            size = (needed + 7L) & ~7L;
        }
        return Math.toIntExact(size);
    }

    /** Returns whether events are retained for clients that resume. */
    boolean isResumable() {
        return maxEvents > 0;
    }

    /** Returns whether a topic with these events and bytes is over its bounds. */
    boolean isOver(int events, long bytes) {
        return bytes > maxBytes || isResumable() && events > maxEvents;
    }

    /** Returns this retention with at most the bytes of the hub. */
    Retention within(long bytes) {
        return new Retention(maxEvents, Math.min(maxBytes, bytes), maxAge, bytes);
    }

    /** Returns the age in milliseconds, or {@link Long#MAX_VALUE} if it does not fit. */
    long maxMillis() {
        try {
            return maxAge.toMillis();
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE;
        }
    }

    /** Returns the uptime before which events are too old. */
    long oldestMillis(long uptime) {
        long age = maxMillis();
        return age == Long.MAX_VALUE ? Long.MIN_VALUE : uptime - age;
    }

    /** Builds a {@link Retention}. Not thread-safe. */
    public static final class Builder {
        private int maxEvents = 100_000;
        private long maxBytes = -1;
        private Duration maxAge = Duration.ofMinutes(10);
        private long hubBytes = -1;

        private Builder() {}

        /** Sets the events per topic; above 0, default 100,000. */
        public Builder maxEvents(int events) {
            this.maxEvents = events;
            return this;
        }

        /**
         * Sets the encoded bytes per topic; at least 1,024, default 16 MiB, but not above half of {@link #hubBytes}.
         */
        public Builder maxBytes(long bytes) {
            check(bytes >= FEWEST_BYTES, "maxBytes", bytes, ">= 1024");
            this.maxBytes = bytes;
            return this;
        }

        /** Sets the age of an event; above 0, default 10 minutes. */
        public Builder maxAge(Duration age) {
            this.maxAge = Objects.requireNonNull(age, "maxAge");
            return this;
        }

        /**
         * Sets the memory for everything that the hub holds; at least {@code maxBytes}, default the larger of that and
         * an eighth of the heap. The names of topics that clients make up do not displace history: once the topics that
         * are followed or retain nothing take a quarter of this memory, new topics cannot be followed.
         */
        public Builder hubBytes(long bytes) {
            check(bytes > 0, "hubBytes", bytes, "> 0");
            this.hubBytes = bytes;
            return this;
        }

        /**
         * Builds the retention.
         *
         * @throws IllegalArgumentException if a value is out of its range
         */
        public Retention build() {
            check(maxEvents > 0, "maxEvents", maxEvents, "> 0");
            long budget = hubBytes > 0 ? hubBytes : Math.max(maxBytes, shareOfHeap());
            long most = maxBytes > 0 ? maxBytes : Math.max(FEWEST_BYTES, Math.min(DEFAULT_BYTES, budget / 2));
            return new Retention(maxEvents, most, maxAge, budget);
        }

        private static long shareOfHeap() {
            return Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP;
        }
    }
}

package dev.freshet.log;

import java.time.Duration;
import java.util.Objects;

/**
 * How much the logs of a hub keep for those who come back: by events, by bytes and by age for each topic, whichever
 * bites first, and a bound for all that the hub holds, on the heap: segments, topics with their names, own ids, ends, and
 * the floors of forgotten topics. Over it the oldest segment of all goes first, with its topic where nobody needs that.
 *
 * <p>Immutable and thread-safe.
 *
 * @param maxEvents events per topic, above 0; or 0 as for {@link #none()}
 * @param maxBytes encoded bytes per topic, at least 1,024; no event may be larger
 * @param maxAge age of an event, above 0; an eighth of it later, or a second, an event is dropped without traffic, too
 * @param hubBytes memory that the hub takes for all that it holds, at least {@code maxBytes}: a quarter for the objects of topics
 *     that are followed or retain nothing, but 8 KiB of those in any case; the rest for history
 */
public record Retention(int maxEvents, long maxBytes, Duration maxAge, long hubBytes) {
    private static final int FEWEST_BYTES = 1 << 10;
    /** Many topics hold no more than an event or two. */
    private static final int SMALLEST_SEGMENT = 1 << 8;

    /** So that no collector takes it for an object of its own kind, whose memory is had and given back in other ways. */
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

    /** 100,000 events, 16 MiB and 10 minutes per topic; an eighth of the heap for all. */
    public static Retention defaults() {
        return builder().build();
    }

    /**
     * Nothing to resume from, for events whose time is over at once ("typing ..."). They are kept until the streams that are
     * at the newest event have read them, for about a second and as far as 256 KiB for each topic, of which no event may be larger.
     * Such a topic never makes a stream lag and never has it told a reset: what it lost is left out without a word, and the
     * other topics of the stream go on. Who comes back gets what comes from then on; a stream of such topics alone is always
     * a fresh one. An own id of such an event names no position.
     */
    public static Retention none() {
        long bytes = Math.max(BYTES_UNTIL_READ, Builder.shareOfHeap());
        return new Retention(0, BYTES_UNTIL_READ, TIME_UNTIL_READ, bytes);
    }

    /** A builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Doubles from small to 128 KiB, but stays a small part of what the topic may retain. */
    int segmentBytes(int previous, int needed) {
        long most = Math.min(LARGEST_SEGMENT, Math.max(SMALLEST_SEGMENT, Long.highestOneBit(maxBytes / 8)));
        long size = Math.min(most, Math.max(SMALLEST_SEGMENT, previous * 2L));
        if (size < needed) {
            size = (needed + 7L) & ~7L;
        }
        return Math.toIntExact(size);
    }

    /** Whether anything is kept for those who come back. */
    boolean isResumable() {
        return maxEvents > 0;
    }

    /** Whether a topic with so much retains too much. */
    boolean isOver(int events, long bytes) {
        return bytes > maxBytes || isResumable() && events > maxEvents;
    }

    /** With no more bytes than these for the topic, which are those of the hub. */
    Retention within(long bytes) {
        return new Retention(maxEvents, Math.min(maxBytes, bytes), maxAge, bytes);
    }

    /** The age in milliseconds, or {@link Long#MAX_VALUE} where there are too many. */
    long maxMillis() {
        try {
            return maxAge.toMillis();
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE;
        }
    }

    /** The uptime before which events are too old. */
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

        /** Events per topic; above 0, default 100,000. */
        public Builder maxEvents(int events) {
            this.maxEvents = events;
            return this;
        }

        /** Encoded bytes per topic; at least 1,024, default 16 MiB, but not above half of {@link #hubBytes}. */
        public Builder maxBytes(long bytes) {
            check(bytes >= FEWEST_BYTES, "maxBytes", bytes, ">= 1024");
            this.maxBytes = bytes;
            return this;
        }

        /** Age of an event; above 0, default 10 minutes. */
        public Builder maxAge(Duration age) {
            this.maxAge = Objects.requireNonNull(age, "maxAge");
            return this;
        }

        /**
         * Memory that the hub takes for all that it holds; at least {@code maxBytes}, default the larger of that and an eighth of
         * the heap. Where those who follow name topics of their own, no history goes for their names: over a quarter of it new
         * topics cannot be followed.
         */
        public Builder hubBytes(long bytes) {
            check(bytes > 0, "hubBytes", bytes, "> 0");
            this.hubBytes = bytes;
            return this;
        }

        /**
         * The retention.
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

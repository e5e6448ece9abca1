package dev.freshet.log;

import java.security.SecureRandom;

/**
 * A hash of names that clients may choose: a polynomial over the field of 2^61 - 1, at a point drawn at random. Two
 * names that were chosen without knowledge of the point have the same hash for fewer than one in 2^50 points (Carter
 * and Wegman).
 *
 * <p>Immutable and thread-safe.
 */
final class NameHash {
    private static final int BITS = 61;
    private static final long PRIME = (1L << BITS) - 1;

    private final long point;

    NameHash() {
        this(1 + Math.floorMod(new SecureRandom().nextLong(), PRIME - 1));
    }

    /** @param point above 0 and below the prime */
    NameHash(long point) {
        assert point > 0 && point < PRIME;
        this.point = point;
    }

    /** Returns the hash of a name, 0 or more. */
    long of(String name) {
        long hash = name.length();
        for (int i = 0; i < name.length(); i++) {
            hash = times(hash, point) + name.charAt(i);
        }
        return spread(times(hash, point)) >>> 1;
    }

    /**
     * Mixes the bits by the last step of MurmurHash3. Names that differ little have values with a pattern, which their
     * remainders would show otherwise.
     */
    private static long spread(long value) {
        long mixed = (value ^ value >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }

    /** Multiplies modulo the prime; the first factor may be a little over the prime. */
    private static long times(long a, long b) {
        long high = Math.multiplyHigh(a, b);
        long low = a * b;
        long sum = (low & PRIME) + (low >>> BITS | high << Long.SIZE - BITS);
        return sum >= PRIME ? sum - PRIME : sum;
    }
}

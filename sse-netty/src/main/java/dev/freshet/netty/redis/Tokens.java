package dev.freshet.netty.redis;

import java.security.SecureRandom;
import java.util.Base64;

/** Draws what names one thing among all of all stores. Thread-safe. */
final class Tokens {
    private static final int BYTES = 9;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Tokens() {}

    /** Of 12 letters, digits, hyphens and underscores. */
    static String next() {
        byte[] random = new byte[BYTES];
        RANDOM.nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    /** Of 32 bits, as a number without a sign. */
    static String nextIncarnation() {
        return Integer.toUnsignedString(RANDOM.nextInt());
    }
}

package dev.freshet.netty.redis;

import java.security.SecureRandom;
import java.util.Base64;

/** Random names that are unique among all stores. Thread-safe. */
final class Tokens {
    private static final int BYTES = 9;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Tokens() {}

    /** Returns a name of 12 letters, digits, hyphens and underscores. */
    static String next() {
        byte[] random = new byte[BYTES];
        RANDOM.nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    /** Returns an incarnation: 32 bits, as an unsigned number. */
    static String nextIncarnation() {
        return Integer.toUnsignedString(RANDOM.nextInt());
    }
}

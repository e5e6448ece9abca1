package dev.freshet.hub;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/** The keys of the appends of one hub, unique among all hubs of a store. Thread-safe. */
final class PublishKeys {
    private static final int RANDOM_BYTES = 12;

    private final String hub;
    private final AtomicLong count = new AtomicLong();

    PublishKeys() {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        this.hub = HexFormat.of().formatHex(random) + "-";
    }

    String next() {
        return hub + count.incrementAndGet();
    }
}

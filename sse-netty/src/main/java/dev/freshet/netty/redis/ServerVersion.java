package dev.freshet.netty.redis;

import dev.freshet.netty.redis.RedisStoreException.Outcome;

/** The version of a Redis. */
final class ServerVersion {
    private static final String FIELD = "redis_version:";
    /** The first whose scripts have flags. */
    private static final int OLDEST = 7;

    private ServerVersion() {}

    /**
     * Refuses one that is too old.
     *
     * @param info what {@code INFO server} answered
     * @throws RedisStoreException if it is
     */
    static void require(String info) {
        String version = info.lines()
                .filter(line -> line.startsWith(FIELD))
                .map(line -> line.substring(FIELD.length()).strip())
                .findFirst()
                .orElse("unknown");
        String major = version.split("\\.", 2)[0];
        if (!major.matches("[0-9]{1,4}") || Integer.parseInt(major) < OLDEST) {
            throw new RedisStoreException(
                    Outcome.REFUSED, "redis: version " + version + " (expected: >= " + OLDEST + ".0)");
        }
    }
}

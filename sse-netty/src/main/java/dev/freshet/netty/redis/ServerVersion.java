package dev.freshet.netty.redis;

import dev.freshet.netty.redis.RedisStoreException.Outcome;

/** The check of the version of Redis. */
final class ServerVersion {
    private static final String FIELD = "redis_version:";
    /** The oldest major version whose scripts have flags. */
    private static final int OLDEST = 7;

    private ServerVersion() {}

    /**
     * Requires a version that is not too old.
     *
     * @param info the reply to {@code INFO server}
     * @throws RedisStoreException if the version is too old or unknown
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

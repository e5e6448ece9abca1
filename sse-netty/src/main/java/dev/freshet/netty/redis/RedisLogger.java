package dev.freshet.netty.redis;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The logger of the parts of a store: that of {@link RedisEventStore}, on which they do not depend. */
final class RedisLogger {
    static final Logger LOGGER = LoggerFactory.getLogger("dev.freshet.netty.redis.RedisEventStore");

    private RedisLogger() {}
}

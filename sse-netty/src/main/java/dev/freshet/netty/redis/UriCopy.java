package dev.freshet.netty.redis;

import io.lettuce.core.RedisURI;
import java.time.Duration;

/** A copy of a URI with all its parts, also the sentinels, which the builder of Lettuce leaves out. */
final class UriCopy {
    private UriCopy() {}

    /** Returns a copy with another timeout. */
    static RedisURI of(RedisURI from, Duration timeout) {
        RedisURI to = new RedisURI();
        to.setHost(from.getHost());
        to.setPort(from.getPort());
        to.setSocket(from.getSocket());
        to.setDatabase(from.getDatabase());
        to.setClientName(from.getClientName());
        to.setLibraryName(from.getLibraryName());
        to.setLibraryVersion(from.getLibraryVersion());
        to.applyAuthentication(from);
        to.applySsl(from);
        to.setTimeout(timeout);
        to.setSentinelMasterId(from.getSentinelMasterId());
        from.getSentinels().forEach(sentinel -> to.getSentinels().add(of(sentinel, timeout)));
        return to;
    }
}

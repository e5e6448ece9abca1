package dev.freshet.netty;

/**
 * The header in which an application's own proxies tell who sent a request. Only one is believed: what a proxy does not
 * set itself, it passes on as the client made it up. Thread-safe.
 */
public enum ProxyHeader {
    /** {@code Forwarded}, RFC 7239. */
    FORWARDED,
    /** {@code X-Forwarded-For}. */
    X_FORWARDED_FOR
}

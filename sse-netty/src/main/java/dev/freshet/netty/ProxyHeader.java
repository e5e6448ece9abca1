package dev.freshet.netty;

/**
 * The header in which trusted proxies name the sender of a request. Only one is read: a header that a proxy does not
 * set itself is passed on as the client sent it, and may be forged. Thread-safe.
 */
public enum ProxyHeader {
    /** {@code Forwarded}, RFC 7239. */
    FORWARDED,
    /** {@code X-Forwarded-For}. */
    X_FORWARDED_FOR
}

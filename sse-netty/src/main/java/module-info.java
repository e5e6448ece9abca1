/**
 * Server-Sent Events on Netty: a server, a handler for existing pipelines, and the fan-out to their streams.
 * All generations share at most 64 daemon threads, which end when they are idle.
 */
@org.jspecify.annotations.NullMarked
module dev.freshet.netty {
    requires static org.jspecify;
    requires transitive dev.freshet.core;
    requires transitive io.netty.transport;
    requires io.netty.buffer;
    requires io.netty.common;
    requires transitive io.netty.handler;
    requires io.netty.codec;
    requires io.netty.codec.http;
    requires io.netty.codec.http2;
    requires static io.netty.transport.classes.epoll;
    requires static io.netty.transport.classes.io_uring;
    requires static io.netty.transport.unix.common;
    requires static jdk.jfr;
    requires static lettuce.core;
    requires static micrometer.core;
    requires org.slf4j;

    exports dev.freshet.netty;
    exports dev.freshet.netty.metrics;
    exports dev.freshet.netty.redis;
}

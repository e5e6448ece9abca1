/**
 * Runnable programs on Freshet: the dashboard, the chat, the relay, more servers, the load tool and the conformance kit. Nothing
 * depends on this module. It shows that the published modules work as modules.
 */
@org.jspecify.annotations.NullMarked
module dev.freshet.examples {
    requires static org.jspecify;
    requires com.fasterxml.jackson.annotation;
    requires HdrHistogram;
    requires dev.freshet.netty;
    requires info.picocli;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.codec.http;
    requires io.netty.codec.http2;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.pkitesting;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.classes.io_uring;
    requires java.management;
    requires java.sql;
    requires jdk.management;
    requires lettuce.core;
    requires micrometer.core;
    requires micrometer.registry.prometheus;
    requires org.slf4j;
    requires tools.jackson.databind;

    opens dev.freshet.examples to
            info.picocli,
            tools.jackson.databind;
    opens dev.freshet.examples.conformance to
            info.picocli;
    opens dev.freshet.examples.conformance.report to
            tools.jackson.databind;
    opens dev.freshet.examples.load to
            info.picocli;
    opens dev.freshet.examples.load.report to
            tools.jackson.databind;
}

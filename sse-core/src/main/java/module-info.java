/**
 * The event model, the {@code text/event-stream} codec, the log, stores and the hub. It has no dependency on a transport.
 * A hub drops expired data on the thread of the JDK's shared timer. A {@code FileEventStore} has one thread. All hubs on
 * stores share at most 32 daemon threads; they end when they are idle.
 */
@org.jspecify.annotations.NullMarked
module dev.freshet.core {
    requires static com.fasterxml.jackson.databind;
    requires static org.jspecify;
    requires static tools.jackson.databind;
    requires org.slf4j;

    exports dev.freshet.codec;
    exports dev.freshet.concurrent to
            dev.freshet.netty;
    exports dev.freshet.event;
    exports dev.freshet.hub;
    exports dev.freshet.log;
    exports dev.freshet.logging to
            dev.freshet.netty;
    exports dev.freshet.store;
}

/**
 * The event model, the {@code text/event-stream} codec, the log and the hub. Knows no transport and starts
 * no thread of its own; a hub that retains something has a timer armed of the JDK's, on whose thread it drops what is too old.
 */
@org.jspecify.annotations.NullMarked
module dev.freshet.core {
    requires static com.fasterxml.jackson.databind;
    requires static org.jspecify;
    requires static tools.jackson.databind;
    requires org.slf4j;

    exports dev.freshet.codec;
    exports dev.freshet.event;
    exports dev.freshet.hub;
    exports dev.freshet.log;
    exports dev.freshet.store;
}

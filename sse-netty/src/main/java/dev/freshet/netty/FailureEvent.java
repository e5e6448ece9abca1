package dev.freshet.netty;

import dev.freshet.event.SseEvent;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The event that reports to a client that its stream has failed. */
record FailureEvent(Function<? super Throwable, ? extends @Nullable SseEvent> mapper) {
    /** The default event. It has no details of the failure, which are logged. */
    static final SseEvent DEFAULT = SseEvent.of("error", "{\"message\":\"the stream failed\"}");

    /**
     * Returns the event that the mapper returns for the failure, or null for none; the default event if the mapper or
     * the check throws.
     */
    @Nullable
    SseEvent of(Throwable cause, Consumer<? super SseEvent> check) {
        try {
            SseEvent event = mapper.apply(cause);
            if (event != null) {
                check.accept(event);
            }
            return event;
        } catch (Throwable e) {
            Log.warn("mapper of a publisher's failure failed", e);
            return DEFAULT; // without an event the client would take the cut for the end
        }
    }
}

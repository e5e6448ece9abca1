package dev.freshet.netty;

import dev.freshet.event.SseEvent;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The event that tells a client that what it gets has failed. */
record FailureEvent(Function<? super Throwable, ? extends @Nullable SseEvent> mapper) {
    /** Tells nothing of the failure, which is for the log. */
    static final SseEvent DEFAULT = SseEvent.of("error", "{\"message\":\"the stream failed\"}");

    /** What the mapper makes of the failure; null for nothing, and the default where it or the check throws. */
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
            return DEFAULT; // told nothing, the client would take what it has for the whole
        }
    }
}

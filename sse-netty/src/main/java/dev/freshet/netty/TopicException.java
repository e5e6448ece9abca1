package dev.freshet.netty;

import dev.freshet.hub.SseHub;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A topic that there cannot be. Many an application has its clients name topics, so it may be a fault of theirs. */
final class TopicException extends IllegalArgumentException {
    @Serial
    private static final long serialVersionUID = 1;

    TopicException(String message) {
        super(message);
    }

    /** Throws it where the name is none. */
    static void check(@Nullable String topic) {
        try {
            SseHub.checkTopic(topic == null ? "" : topic);
        } catch (IllegalArgumentException e) {
            throw new TopicException(String.valueOf(e.getMessage()));
        }
    }
}

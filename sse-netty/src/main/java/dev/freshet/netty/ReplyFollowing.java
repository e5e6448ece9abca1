package dev.freshet.netty;

import dev.freshet.event.EventId;
import dev.freshet.hub.SseHub;
import org.jspecify.annotations.Nullable;

/**
 * How a generation is followed: its stream begins with nothing of the hub's. Immutable and thread-safe.
 *
 * @param unknown what is answered where the hub does not know it; null to follow it all the same
 */
record ReplyFollowing(@Nullable SseReply unknown) {
    /** With its first event, for who names none. */
    SseReply.Subscribe from(SseHub hub, String topic) {
        SseReply.Subscribe all = SseReply.subscribe(hub, topic);
        EventId start = hub.topic(topic).start();
        return (start == null ? all.fromEarliest() : all.from(start)).following(this);
    }
}

package dev.freshet.netty;

import dev.freshet.event.EventId;
import dev.freshet.hub.SseHub;
import org.jspecify.annotations.Nullable;

/**
 * The way a generation is followed: its stream begins without the opening lines of a hub. Immutable and thread-safe.
 *
 * @param unknown the answer where the hub does not know the generation; null to follow it in any case
 */
record ReplyFollowing(@Nullable SseReply unknown) {
    /** A subscription from the generation's first event, for a client that sends no last event id. */
    SseReply.Subscribe from(SseHub hub, String topic) {
        SseReply.Subscribe all = SseReply.subscribe(hub, topic);
        EventId start = hub.topic(topic).start();
        return (start == null ? all.fromEarliest() : all.from(start)).following(this);
    }
}

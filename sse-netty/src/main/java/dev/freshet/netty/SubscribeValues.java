package dev.freshet.netty;

import dev.freshet.hub.SseHub;
import dev.freshet.log.StartRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a {@link SseReply.Subscribe} says. Immutable and thread-safe. */
abstract class SubscribeValues {
    final SseHub hub;
    final List<String> topics;
    final StartRequest start;
    /** What it begins with, or null. */
    final @Nullable StreamState state;

    final StreamTerms terms;
    /** Null where it is no generation. */
    final @Nullable Following following;

    SubscribeValues(
            SseHub hub,
            List<String> topics,
            StartRequest start,
            @Nullable StreamState state,
            StreamTerms terms,
            @Nullable Following following) {
        this.hub = hub;
        this.topics = topics;
        this.start = start;
        this.state = state;
        this.terms = terms;
        this.following = following;
    }
}

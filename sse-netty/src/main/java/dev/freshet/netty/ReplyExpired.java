package dev.freshet.netty;

import dev.freshet.event.SseEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answer in the place of a stream whose time is up before it begins: nothing but that. */
record ReplyExpired(Instant at) implements SseReply {
    /** Null where there is time left, or no end to it. */
    static @Nullable ReplyExpired of(@Nullable Instant expiresAt) {
        return expiresAt == null || expiresAt.isAfter(Instant.now()) ? null : new ReplyExpired(expiresAt);
    }

    /** What is told of it. */
    SseEvent event() {
        return StreamTerms.expired(at);
    }

    @Override
    public SseReply header(String name, String value) {
        return this;
    }

    @Override
    public List<Map.Entry<String, String>> headers() {
        return List.of();
    }
}

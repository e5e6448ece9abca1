package dev.freshet.netty;

import dev.freshet.event.SseEvent;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The reply that replaces a stream which has expired before it begins: the expiry event alone. */
record ReplyExpired(Instant at) implements SseReply {
    /** Returns the reply, or null if the time is in the future, or none is set. */
    static @Nullable ReplyExpired of(@Nullable Instant expiresAt, InstantSource clock) {
        return expiresAt == null || expiresAt.isAfter(clock.instant()) ? null : new ReplyExpired(expiresAt);
    }

    /** Returns the event that reports the expiry. */
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

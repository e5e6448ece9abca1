package dev.freshet.netty;

import dev.freshet.event.EventId;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Cursor;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the streams of a topic end. It may become known after they have read as far, so each is told. Thread-safe.
 *
 * <p><b>Ordering.</b> A stream joins and then looks at the end; the end is set before those who joined are told. One of
 * the two sees the other.
 */
final class Ending {
    /** The last event, and what its end is. */
    record End(EventId last, CloseReason reason) {}

    private final Set<StreamConnection> streams = ConcurrentHashMap.newKeySet();
    private volatile @Nullable End end;

    void set(EventId last, CloseReason reason) {
        end = new End(last, reason);
        streams.forEach(StreamConnection::endSoon);
    }

    /** Null while it is not known. */
    @Nullable
    End end() {
        return end;
    }

    /** Why the stream of this cursor is to end now, or null. */
    @Nullable
    CloseReason reached(Cursor cursor) {
        End known = end;
        return known == null || cursor.position().compareTo(known.last()) < 0 ? null : known.reason();
    }

    /** Whether a client whose last event id this is has seen the end. */
    boolean isSeen(@Nullable String lastEventId, SseHub hub) {
        End known = end;
        EventId seen = known == null || lastEventId == null ? null : EventId.tryParse(lastEventId);
        return known != null
                && seen != null
                && hub.isOwn(seen)
                && seen.compareTo(known.last()) >= 0
                && seen.compareTo(hub.latest()) <= 0;
    }

    void join(StreamConnection stream) {
        streams.add(stream);
    }

    void leave(StreamConnection stream) {
        streams.remove(stream);
    }
}

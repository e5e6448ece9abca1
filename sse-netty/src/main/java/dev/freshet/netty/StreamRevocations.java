package dev.freshet.netty;

import dev.freshet.hub.SseHub;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The calls that end streams by a predicate: the stream of a request that was received before a call is tested by it as it
 * opens. Whoever has a {@link Mark} reaches the later calls, and nobody else keeps them, so each goes with the last request
 * that it may concern. Thread-safe.
 *
 * <p><b>Ordering.</b> A call is added and then looks at the open streams; a stream is among the open ones and then looks at the
 * calls behind its mark. One of the two sees the other, and both may.
 */
final class StreamRevocations {
    private volatile Mark last = new Mark();
    private final Set<SseHub> hubs = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    /** What is received now falls under every call that comes later. */
    Mark received() {
        return last;
    }

    /** Streams of this hub open. */
    void follows(SseHub hub) {
        hubs.add(hub);
    }

    /** Adds a call; the caller then looks at the open streams. */
    void add(StreamRevocation call) {
        synchronized (hubs) {
            hubs.forEach(call::place);
        }
        synchronized (this) {
            last.next = call;
            last = call.behind;
        }
    }

    /** A place among the calls. */
    static final class Mark {
        private volatile @Nullable StreamRevocation next;

        /** Whether the stream is to end as it opens. */
        boolean covers(StreamBase stream) {
            return find(stream) != null;
        }

        /** The stream is among the open ones: ends it where a call has come since the request. On its event loop. */
        void test(StreamBase stream) {
            StreamRevocation call = find(stream);
            if (call != null) {
                call.endLate(stream);
            }
        }

        /** The first, but for one that has nothing more written. */
        private @Nullable StreamRevocation find(StreamBase stream) {
            StreamRevocation first = null;
            for (StreamRevocation call = next; call != null; call = call.behind.next) {
                if ((first == null || call.aborts) && call.matches(stream)) {
                    first = call;
                    if (call.aborts) {
                        break;
                    }
                }
            }
            return first;
        }
    }
}

package dev.freshet.netty;

import dev.freshet.hub.SseHub;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The calls that end streams by a predicate. A stream whose request was received before a call is tested by it when it
 * opens. A {@link Mark} references the later calls and nothing else does, so each call is reachable as long as a
 * request that it may concern. Thread-safe.
 *
 * <p><b>Ordering.</b> A call is added and then reads the open streams; a stream is added to the open ones and then
 * reads the calls after its mark. One of the two sees the other, and both may.
 */
final class StreamRevocations {
    private volatile Mark last = new Mark();
    private final Set<SseHub> hubs = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    /** Returns the mark of a request that is received now. Every later call concerns the request. */
    Mark received() {
        return last;
    }

    /** Adds a hub of which streams open. */
    void follows(SseHub hub) {
        hubs.add(hub);
    }

    /** Adds a call; the caller then reads the open streams. */
    void add(StreamRevocation call) {
        synchronized (hubs) {
            hubs.forEach(call::addPosition);
        }
        synchronized (this) {
            last.next = call;
            last = call.behind;
        }
    }

    /** A position in the sequence of calls. */
    static final class Mark {
        private volatile @Nullable StreamRevocation next;

        /** Returns whether the stream is to end when it opens. */
        boolean covers(StreamBase stream) {
            return find(stream) != null;
        }

        /** Ends the stream if a call since its request matches; called when it was added to the open ones. */
        void test(StreamBase stream) {
            assert stream.channel.eventLoop().inEventLoop();
            StreamRevocation call = find(stream);
            if (call != null) {
                call.endLate(stream);
            }
        }

        /** Returns the first call that aborts the stream, else the first that matches it, or null. */
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

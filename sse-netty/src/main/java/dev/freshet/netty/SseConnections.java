package dev.freshet.netty;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The open streams of a server or handler. Thread-safe. */
public final class SseConnections {
    private final Set<OpenStream> open = ConcurrentHashMap.newKeySet();
    private final LongAdder deliveredBytes = new LongAdder();

    SseConnections() {}

    /** How many streams are open. */
    public int count() {
        return open.size();
    }

    /** Calls the action for each stream that is open, on the calling thread. */
    public void forEach(Consumer<? super SseConnection> action) {
        open.forEach(action);
    }

    /**
     * Ends the streams that the predicate is true for; their clients come back unless they are refused.
     *
     * @return how many
     */
    public int close(Predicate<? super SseConnection> predicate) {
        int[] closed = {0};
        open.forEach(connection -> {
            if (predicate.test(connection)) {
                connection.close();
                closed[0]++;
            }
        });
        return closed[0];
    }

    /** How many bytes of published events, a hub's or a publisher's, were written to streams since the start. */
    public long deliveredBytes() {
        return deliveredBytes.sum();
    }

    void opened(OpenStream connection) {
        open.add(connection);
    }

    void closed(OpenStream connection) {
        open.remove(connection);
    }

    void delivered(long bytes) {
        deliveredBytes.add(bytes);
    }

    Iterable<OpenStream> all() {
        return open;
    }
}

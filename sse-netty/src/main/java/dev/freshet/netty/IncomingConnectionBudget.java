package dev.freshet.netty;

import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that the incomplete requests of one connection hold, and may hold. A complete request counts no longer: a page
 * may have as many of those waiting for their answers as it has streams. Confined to the event loop.
 */
final class IncomingConnectionBudget {
    static final int NO_STREAM = 0;
    private static final int MOST_REFUSALS = 100;

    final IncomingBudget.Share share;
    private final int most;
    private int held;
    private int refusals;
    /** The requests that are not answered yet, by their HTTP/2 streams. */
    private @Nullable IntObjectMap<IncomingBytes> streams;

    IncomingConnectionBudget(IncomingBudget.Share share, int most) {
        this.share = share;
        this.most = most;
    }

    /**
     * Nothing yet, of a request or a part of one.
     *
     * @param refuse called where it is refused so that others have room; what it held is given back before
     */
    IncomingBytes request(Runnable refuse) {
        return new IncomingBytes(this, NO_STREAM, refuse);
    }

    /** The same for the request of a stream, whose DATA frames find it by {@link #stream}. */
    IncomingBytes request(int stream, Runnable refuse) {
        IncomingBytes request = new IncomingBytes(this, stream, refuse);
        if (streams == null) {
            streams = new IntObjectHashMap<>();
        }
        streams.put(stream, request);
        return request;
    }

    /** Null where it has no request that waits for its end or its answer. */
    @Nullable
    IncomingBytes stream(int stream) {
        return streams == null ? null : streams.get(stream);
    }

    void forget(int stream) {
        if (streams != null && stream != NO_STREAM) {
            streams.remove(stream);
        }
    }

    boolean take(int more) {
        if (more > most - held) {
            return false;
        }
        held += more;
        return true;
    }

    void giveBack(int less) {
        held -= less;
    }

    /** One of its requests has come in whole. */
    void completed() {
        refusals = 0;
    }

    /** One of its requests is refused. Returns whether there were too many since one last came in whole. */
    boolean refused() {
        return ++refusals > MOST_REFUSALS;
    }
}

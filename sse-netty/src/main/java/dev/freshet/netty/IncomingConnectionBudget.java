package dev.freshet.netty;

import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import org.jspecify.annotations.Nullable;

/**
 * The budget of bytes that the incomplete requests of one connection may hold. A complete request no longer counts: a
 * client may have as many of them waiting for responses as it has streams. Confined to the event loop.
 */
final class IncomingConnectionBudget {
    static final int NO_STREAM = 0;
    private static final int MOST_REFUSALS = 100;

    final IncomingBudget.Share share;
    private final int most;
    private int held;
    /** The number of refusals since a request was last received completely. */
    private int refusals;

    /** The requests that are not answered yet, by their HTTP/2 streams. */
    private @Nullable IntObjectMap<IncomingBytes> streams;

    IncomingConnectionBudget(IncomingBudget.Share share, int most) {
        this.share = share;
        this.most = most;
    }

    /**
     * Returns the bytes of a new request or of a part of a message, none so far.
     *
     * @param refuse called when it is refused for the sake of others, after its bytes were released
     */
    IncomingBytes request(Runnable refuse) {
        return new IncomingBytes(this, NO_STREAM, refuse);
    }

    /** Returns the bytes of the request of a stream, which {@link #stream} finds. */
    IncomingBytes request(int stream, Runnable refuse) {
        assert share.isConfined();
        IncomingBytes request = new IncomingBytes(this, stream, refuse);
        if (streams == null) {
            streams = new IntObjectHashMap<>();
        }
        streams.put(stream, request);
        return request;
    }

    /** Returns the bytes of the request of a stream, or null if it has none that is incomplete or not answered. */
    @Nullable
    IncomingBytes stream(int stream) {
        return streams == null ? null : streams.get(stream);
    }

    /** Removes the request of a stream. */
    void forget(int stream) {
        assert share.isConfined();
        if (streams != null && stream != NO_STREAM) {
            streams.remove(stream);
        }
    }

    /** Acquires bytes. Returns false if they are too many. */
    boolean take(int more) {
        assert share.isConfined();
        if (more > most - held) {
            return false;
        }
        held += more;
        return true;
    }

    /** Releases bytes. */
    void giveBack(int less) {
        assert share.isConfined();
        held -= less;
    }

    /** Called when a request was received completely. */
    void completed() {
        refusals = 0;
    }

    /**
     * Called when a request is refused. Returns whether too many were refused since one was last received completely.
     */
    boolean refused() {
        return ++refusals > MOST_REFUSALS;
    }
}

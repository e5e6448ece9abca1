package dev.freshet.netty;

import org.jspecify.annotations.Nullable;

/**
 * The bytes that one request holds until its response is sent, or a part of a message until it is complete. They are
 * counted as they are received, and count against the limit of the connection only while the request is incomplete.
 * Confined to the event loop.
 */
final class IncomingBytes {
    private enum State {
        /** The end of the request was not received. It may be refused for the sake of others. */
        INCOMPLETE,
        /** The request waits for its response. It is not refused. */
        COMPLETE,
        /** The client has not read the response. It may be refused for the sake of others, as no work is lost. */
        ANSWERED,
        /** The bytes were released. */
        ENDED
    }

    /** The neighbour in the list of requests that may be refused: {@link IncomingBudget.Share}. */
    @Nullable
    IncomingBytes older;

    /** The other neighbour. */
    @Nullable
    IncomingBytes newer;

    private final IncomingConnectionBudget connection;
    private final int stream;
    private Runnable refuse;
    private State state = State.INCOMPLETE;
    private int bytes;
    /** The number of these bytes that are those of unread DATA frames. */
    private int unread;

    /** Whether the application's handlers read the body. */
    private boolean passedOn;

    IncomingBytes(IncomingConnectionBudget connection, int stream, Runnable refuse) {
        this.connection = connection;
        this.stream = stream;
        this.refuse = refuse;
    }

    /** Returns whether the thread of the event loop calls. */
    boolean isConfined() {
        return connection.share.isConfined();
    }

    /** Acquires bytes. Returns false if a limit does not allow them; the caller then refuses the request. */
    boolean add(int more) {
        assert isConfined();
        boolean fits = state == State.INCOMPLETE
                ? connection.take(more)
                : state == State.COMPLETE && connection.share.await(more);
        if (!fits) {
            return false;
        }
        if (!connection.share.take(this, more)) {
            giveBack(more);
            return false;
        }
        if (state == State.INCOMPLETE && bytes == 0 && more > 0) {
            connection.share.append(this);
        }
        bytes += more;
        return true;
    }

    /** Releases bytes of the limit that applies in this state beside the share. */
    private void giveBack(int less) {
        if (state == State.COMPLETE) {
            connection.share.answered(less);
        } else if (state == State.INCOMPLETE) {
            connection.giveBack(less);
        }
    }

    /** Returns whether it is in the list of requests that may be refused. */
    private boolean isListed() {
        return bytes > 0 && (state == State.INCOMPLETE || state == State.ANSWERED);
    }

    private void remove(int less) {
        giveBack(less);
        if (isListed() && bytes == less) {
            connection.share.remove(this);
        }
        connection.share.giveBack(less);
        bytes -= less;
    }

    /** Acquires or releases the difference to so many bytes. Returns false as {@link #add} does. */
    boolean hold(int now) {
        if (now > bytes) {
            return add(now - bytes);
        }
        if (state != State.ENDED) {
            remove(bytes - now);
        }
        return state != State.ENDED;
    }

    /** Returns the number of bytes. */
    int held() {
        return bytes;
    }

    /** Acquires the bytes of a DATA frame that waits in its stream to be read. Returns false as {@link #add} does. */
    boolean arrived(int payload) {
        int more = waiting(payload);
        unread += more;
        return add(more);
    }

    /** Returns whether DATA frames wait to be read. */
    boolean isUnread() {
        return unread > 0;
    }

    /** Releases the bytes of a part that was read. Parts that were not counted as frames are ignored. */
    void read(int payload) {
        int less = waiting(payload);
        if (state != State.ENDED && less <= unread) {
            unread -= less;
            remove(less);
        }
    }

    /**
     * Returns the size of a frame. The flow-control window bounds the payloads that are passed on; only the frames are
     * counted.
     */
    private int waiting(int payload) {
        return IncomingBudget.PART_BYTES + (passedOn ? 0 : payload);
    }

    /** Called when the request is passed to the application's handlers. */
    void passOn() {
        passedOn = true;
    }

    /** Called when more of the request was read: a request with progress is the last one to be refused. */
    void progressed() {
        assert isConfined();
        if (isListed()) {
            connection.share.remove(this);
            connection.share.append(this);
        }
    }

    /**
     * Called when the request was received completely. Returns false if too many bytes wait for responses; the client
     * is then told to retry later.
     */
    boolean complete() {
        assert isConfined();
        if (state != State.INCOMPLETE || !connection.share.await(bytes)) {
            return state == State.COMPLETE;
        }
        connection.giveBack(bytes);
        if (bytes > 0) {
            connection.share.remove(this);
        }
        state = State.COMPLETE;
        connection.completed();
        return true;
    }

    /**
     * Called when the response is written. The request then holds so many bytes until the response is sent.
     *
     * @param refuse replaces the action of a refusal
     */
    void answered(int now, Runnable refuse) {
        assert isConfined();
        if (state == State.ENDED) {
            return;
        }
        remove(bytes);
        unread = 0;
        connection.forget(stream);
        state = State.ANSWERED;
        this.refuse = refuse;
        if (!connection.share.take(this, now)) {
            refuse();
            return;
        }
        bytes = now;
        connection.share.append(this);
    }

    /** Releases all bytes. Idempotent. */
    void end() {
        assert isConfined();
        if (state != State.ENDED) {
            remove(bytes);
            state = State.ENDED;
            connection.forget(stream);
        }
    }

    /** Releases the bytes and refuses the request, for the sake of others. */
    void refuse() {
        end();
        refuse.run();
    }
}

package dev.freshet.netty;

import org.jspecify.annotations.Nullable;

/**
 * The bytes that one request holds until its answer has left, or a part of one until it is whole. Counted when they come, and
 * against its connection only while it is incomplete. Confined to the event loop.
 */
final class IncomingBytes {
    private enum State {
        /** Its end has not come. Refused where others need the room. */
        INCOMPLETE,
        /** It waits for its answer. Refused by nobody. */
        COMPLETE,
        /** Its client has not taken the answer. Refused where others need the room, as it costs no work any more. */
        ANSWERED,
        ENDED
    }

    /** Among those of its event loop that may be refused. */
    @Nullable
    IncomingBytes older;

    @Nullable
    IncomingBytes newer;

    private final IncomingConnectionBudget connection;
    private final int stream;
    private Runnable refuse;
    private State state = State.INCOMPLETE;
    private int bytes;
    /** Of them those of DATA frames that nobody has read. */
    private int unread;

    private boolean passedOn;

    IncomingBytes(IncomingConnectionBudget connection, int stream, Runnable refuse) {
        this.connection = connection;
        this.stream = stream;
        this.refuse = refuse;
    }

    /** Counts so many more. Returns false where there is no room for them: then the request is to be refused. */
    boolean add(int more) {
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

    /** What is counted of them beside the whole. */
    private void giveBack(int less) {
        if (state == State.COMPLETE) {
            connection.share.answered(less);
        } else if (state == State.INCOMPLETE) {
            connection.giveBack(less);
        }
    }

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

    /** Counts so many instead; false as for {@link #add}. */
    boolean hold(int now) {
        if (now > bytes) {
            return add(now - bytes);
        }
        if (state != State.ENDED) {
            remove(bytes - now);
        }
        return state != State.ENDED;
    }

    int held() {
        return bytes;
    }

    /** A DATA frame has come for its stream, and waits there to be read; false as for {@link #add}. */
    boolean arrived(int payload) {
        int more = waiting(payload);
        unread += more;
        return add(more);
    }

    boolean isUnread() {
        return unread > 0;
    }

    /** A part was read, by whoever reads it; not all have come as frames that were counted. */
    void read(int payload) {
        int less = waiting(payload);
        if (state != State.ENDED && less <= unread) {
            unread -= less;
            remove(less);
        }
    }

    /** The window bounds the payloads for those who read them on, so that only the number of frames is left to bound. */
    private int waiting(int payload) {
        return IncomingBudget.PART_BYTES + (passedOn ? 0 : payload);
    }

    /** The application's handlers read it. */
    void passOn() {
        passedOn = true;
    }

    /** More of it was read: one that goes on is the last to be refused so that others have room. */
    void progressed() {
        if (isListed()) {
            connection.share.remove(this);
            connection.share.append(this);
        }
    }

    /** It waits for nothing more but its answer. Returns false where too many do: then it is to come later. */
    boolean complete() {
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
     * It is answered, and holds so many bytes until the answer has left.
     *
     * @param refuse called instead where others need the room
     */
    void answered(int now, Runnable refuse) {
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

    /** It is answered, or will not be. Idempotent. */
    void end() {
        if (state != State.ENDED) {
            remove(bytes);
            state = State.ENDED;
            connection.forget(stream);
        }
    }

    /** Others need the room. */
    void refuse() {
        end();
        refuse.run();
    }
}

package dev.freshet.netty;

/**
 * The phase of a {@link PublisherStream}.
 *
 * <pre>
 *   STARTING --head--&gt; STREAMING --publisher's end--&gt; COMPLETING --written--&gt; ENDED
 *                          |
 *                          +-----server's end-------&gt; TRUNCATING
 *
 *   each --refused at the start, channel inactive, handler removed--&gt; ENDED
 * </pre>
 *
 * <p>The close of the channel is no phase of its own: it may begin in each of them, and the inactive channel ends it.
 */
enum PublisherPhase {
    /** The head is not written yet, and signals are not taken. */
    STARTING,
    /** Events are requested, taken and written. */
    STREAMING,
    /** The last part of the response was given to the channel; another request may follow it. */
    COMPLETING,
    /** The last lines of an incomplete response were given to the channel, which is closed behind them. */
    TRUNCATING,
    /** The subscription is cancelled, and the lease has ended. */
    ENDED;

    /** Returns the next phase; asserts that it may follow this one. */
    PublisherPhase to(PublisherPhase next) {
        assert mayBecome(next) : this + " -> " + next;
        return next;
    }

    private boolean mayBecome(PublisherPhase next) {
        return switch (this) {
            case STARTING -> next == STREAMING || next == ENDED;
            case STREAMING -> next == COMPLETING || next == TRUNCATING || next == ENDED;
            case COMPLETING, TRUNCATING -> next == ENDED;
            case ENDED -> false;
        };
    }
}

package dev.freshet.event;

/**
 * The outcome of a client's wish to resume a stream at the position of its {@code Last-Event-ID}. The client of a
 * stream of topics is told it by the header {@code SSE-Resume}.
 */
public enum ResumeOutcome {
    /**
     * The client named no position, and the stream starts where the application chose; a choice that is no place in the
     * log is a {@link #RESET}. Also the outcome where none of the topics retains anything to resume from, and that of a
     * finite stream.
     */
    FRESH,
    /** Everything after the client's position follows. */
    RESUMED,
    /** The position is no place in the log. What is retained follows, or the snapshot. */
    RESET
}

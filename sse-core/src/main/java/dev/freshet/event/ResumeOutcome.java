package dev.freshet.event;

/**
 * The outcome of a client's request to resume a stream at the position of its {@code Last-Event-ID}. A stream of topics
 * has it in the header {@code SSE-Resume} of the response.
 */
public enum ResumeOutcome {
    /**
     * The client named no position, and the stream starts at the position that the application chose. A chosen position
     * that is not in the log is a {@link #RESET}. Also the outcome if none of the topics retains anything to resume
     * from, and that of a finite stream.
     */
    FRESH,
    /** Everything after the client's position follows. */
    RESUMED,
    /** The position is not in the log. What is retained follows, or the snapshot. */
    RESET
}

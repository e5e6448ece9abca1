package dev.freshet.netty;

/** What happens to a client so slow that retention drops what it has not read. Thread-safe. */
public enum LagPolicy {
    /**
     * The client gets what is in its socket's queue and a {@code retry} of 5 to 15 s, longer where there are many, and is cut
     * off; it comes back, and is told {@code stream-reset} if it must be.
     */
    DISCONNECT,
    /** The connection goes on at the oldest retained event, after a {@code stream-reset} in band. */
    SKIP
}

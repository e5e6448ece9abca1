package dev.freshet.netty;

/** The policy for a client that is so slow that retention drops events which it has not read. Thread-safe. */
public enum LagPolicy {
    /**
     * The client is sent what is in its socket's queue and a {@code retry} of 5 to 15 s, longer if there are many such
     * clients, and is cut off. It reconnects, and receives {@code stream-reset} if its position is not retained.
     */
    DISCONNECT,
    /** The stream continues at the oldest retained event, after a {@code stream-reset} in band. */
    SKIP
}

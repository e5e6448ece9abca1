package dev.freshet.netty;

/** The policy for a client that is so slow that retention drops events it has not read. Thread-safe. */
public enum LagPolicy {
    /**
     * The client is sent what is in its socket's queue and a {@code retry} of 5 to 15 s, longer where there are many
     * such clients, and is cut off. It reconnects, and is told {@code stream-reset} if it must be.
     */
    DISCONNECT,
    /** The stream continues at the oldest retained event, after a {@code stream-reset} in band. */
    SKIP
}

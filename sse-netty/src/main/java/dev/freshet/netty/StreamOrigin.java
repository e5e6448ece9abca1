package dev.freshet.netty;

import java.util.concurrent.atomic.LongAdder;

/**
 * The endpoint, the protocol and the kind of streams, with their counts: one object for all that have these in common.
 * Thread-safe.
 *
 * @param options the options of the endpoint
 * @param path the path as registered
 * @param finite whether these are streams of publishers
 */
record StreamOrigin(
        StreamOptions options, String path, String protocol, boolean finite, LongAdder opened, LongAdder closed) {
    StreamOrigin(StreamOptions options, String path, String protocol, boolean finite) {
        this(options, path, protocol, finite, new LongAdder(), new LongAdder());
    }

    /** Whether it is of these; options are compared by identity. */
    boolean is(StreamOptions otherOptions, String otherPath, String otherProtocol, boolean isFinite) {
        return options == otherOptions
                && finite == isFinite
                && path.equals(otherPath)
                && protocol.equals(otherProtocol);
    }

    /** The number of open streams. */
    long open() {
        return Math.max(0, opened.sum() - closed.sum());
    }
}

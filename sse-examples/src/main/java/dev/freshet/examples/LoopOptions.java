package dev.freshet.examples;

import dev.freshet.netty.Transport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a command whose server is measured: with how many threads it serves, and over what. */
final class LoopOptions {

    @Option(names = "--event-loops", paramLabel = "COUNT", description = "Threads that serve connections.")
    private @Nullable Integer eventLoops;

    @Option(
            names = "--transport",
            paramLabel = "NAME",
            defaultValue = "auto",
            description = "auto, nio, epoll or io_uring.")
    @SuppressWarnings("NullAway.Init")
    private Transport transport;

    /** How many threads; null where that is left to the server. */
    @Nullable
    Integer eventLoops() {
        return eventLoops;
    }

    Transport transport() {
        return transport;
    }
}

package dev.freshet.examples;

import dev.freshet.netty.Transport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a command whose server is measured: the number of event loops, and the transport. */
final class LoopOptions {

    /** The number of event loops, or null for the default of the server. */
    @Option(names = "--event-loops", paramLabel = "COUNT", description = "Threads that serve connections.")
    @Nullable
    Integer eventLoops;

    @Option(names = "--transport", paramLabel = "NAME", description = "auto, nio, epoll or io_uring.")
    Transport transport = Transport.AUTO;
}

package dev.freshet.examples;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * The options of a command that serves: where it listens. They may stand before a command's name or after it, and after
 * it wins.
 */
final class Listen {

    private static final String HOST = "127.0.0.1";
    private static final int PORT = 8080;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = {"Address to listen on.", "  Default: " + HOST})
    private @Nullable String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = {"Port to listen on; 0 picks a free one.", "  Default: " + PORT})
    private @Nullable Integer port;

    /** What was given here, and what was given before the command's name where nothing was. */
    Listen or(Listen before) {
        Listen both = new Listen();
        both.host = host == null ? before.host : host;
        both.port = port == null ? before.port : port;
        return both;
    }

    boolean isGiven() {
        return host != null || port != null;
    }

    String host() {
        return host == null ? HOST : host;
    }

    int port(CommandLine commandLine) {
        int chosen = port == null ? PORT : port;
        if (chosen < 0 || chosen > 65_535) {
            throw new ParameterException(commandLine, "--port: " + chosen + " (expected: 0 to 65535)");
        }
        return chosen;
    }
}

package dev.freshet.examples.load;

import static java.util.Objects.requireNonNullElse;

import dev.freshet.examples.load.client.Trust;
import dev.freshet.examples.load.client.Wire;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for how streams are asked for. */
final class WireOptions {

    private static final int STREAMS_OF_HTTP2 = 10;

    @Option(
            names = "--http2",
            description = {
                "Streams over HTTP/2: with prior knowledge at http URLs, by ALPN at https URLs.",
                "  Events are published over HTTP/1.1 all the same."
            })
    private boolean http2;

    @Option(
            names = "--streams-per-connection",
            paramLabel = "COUNT",
            description = {"--http2: streams that share a connection.", "  Default: " + STREAMS_OF_HTTP2})
    private @Nullable Integer streamsPerConnection;

    @Option(
            names = "--compressed",
            description = "Ask for gzip, decode it, and tell the bytes before and after. Takes 40 KiB for each stream.")
    private boolean compressed;

    @Option(names = "--ca", paramLabel = "FILE", description = "https: certificates to trust, PEM.")
    private @Nullable Path ca;

    @Option(names = "--insecure", description = "https: trust any certificate, of any name.")
    private boolean insecure;

    /**
     * Creates the wire.
     *
     * @throws IllegalArgumentException if options contradict each other, or one is invalid
     */
    Wire wire() {
        if (ca != null && insecure) {
            throw new IllegalArgumentException("--insecure: beside --ca (expected: one of them)");
        }
        return wire(insecure ? Trust.any() : ca == null ? Trust.byDefault() : Trust.of(ca));
    }

    /** Creates the wire with a trust that no option has. */
    Wire wire(Trust trust) {
        return new Wire(
                http2, requireNonNullElse(streamsPerConnection, http2 ? STREAMS_OF_HTTP2 : 1), compressed, trust);
    }

    boolean isCompressed() {
        return compressed;
    }

    boolean isHttp2() {
        return http2;
    }
}

package dev.freshet.examples.load.client;

import dev.freshet.examples.load.report.Report;

/**
 * How the streams of a run are asked for. Publishers speak HTTP/1.1 all the same. Immutable.
 *
 * @param http2 HTTP/2: with prior knowledge at http URLs, by ALPN at https URLs; else HTTP/1.1
 * @param streamsPerConnection how many streams share a connection
 * @param compressed whether gzip is asked for
 * @param trust the certificates that are trusted at https URLs
 */
public record Wire(boolean http2, int streamsPerConnection, boolean compressed, Trust trust) {

    private static final int MOST_STREAMS = 1_000;

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if there is a number of streams that is not possible
     */
    public Wire {
        if (streamsPerConnection < 1 || streamsPerConnection > MOST_STREAMS) {
            throw new IllegalArgumentException(
                    "streams-per-connection: " + streamsPerConnection + " (expected: 1 to " + MOST_STREAMS + ")");
        }
        if (!http2 && streamsPerConnection > 1) {
            throw new IllegalArgumentException(
                    "streams-per-connection: " + streamsPerConnection + " (expected: 1 without --http2)");
        }
    }

    /** Returns HTTP/1.1 without compression, which trusts what the JDK trusts. */
    public static Wire plain() {
        return new Wire(false, 1, false, Trust.byDefault());
    }

    /** Returns HTTP/1.1 without compression, with the same trust. */
    public Wire asPlain() {
        return new Wire(false, 1, false, trust);
    }

    /** Returns its description in a report. */
    Report.Wire report(boolean tls) {
        return new Report.Wire(http2 ? "HTTP/2" : "HTTP/1.1", tls, streamsPerConnection, compressed);
    }
}

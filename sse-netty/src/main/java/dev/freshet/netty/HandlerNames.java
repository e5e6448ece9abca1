package dev.freshet.netty;

/**
 * The names of this library's handlers in pipelines. A hub's stream has the name of the handler that it replaces; in an
 * application's pipeline that is the name of its {@link SseHandler}.
 */
final class HandlerNames {
    static final String WRITE_FAILURES = "freshet-write-failures";
    static final String NO_RENEGOTIATION = "freshet-no-renegotiation";
    static final String TLS = "freshet-tls";
    /** The handler that decides between HTTP/1.1 and HTTP/2. */
    static final String PROTOCOL = "freshet-protocol";

    static final String TIMEOUTS = "freshet-timeouts";
    /** The part of the timeouts that stands behind the codec. */
    static final String MESSAGE_TIMEOUTS = "freshet-message-timeouts";

    static final String BACKPRESSURE = "freshet-backpressure";
    static final String CODEC_BYTES = "freshet-codec-bytes";
    static final String CODEC = "freshet-codec";

    static final String FLUSH_CONSOLIDATION = "freshet-flush-consolidation";
    static final String FRAME_RULES = "freshet-frame-rules";
    static final String UNREAD_DATA = "freshet-unread-data";
    static final String STREAMS = "freshet-streams";
    static final String CONNECTION = "freshet-connection";
    static final String PSEUDO_HEADERS = "freshet-pseudo-headers";
    static final String REQUEST_END = "freshet-request-end";
    static final String DATA_WRITER = "freshet-data-writer";

    static final String REQUESTS = "freshet-requests";
    static final String NOT_FOUND = "freshet-not-found";
    static final String LINGERING_CLOSE = "freshet-lingering-close";

    private HandlerNames() {}

    /** Returns the name of the guard behind a request handler of that name. */
    static String guard(String requests) {
        return requests + "-guard";
    }

    /** Returns the name of the finite stream behind a request handler of that name. */
    static String publisherStream(String requests) {
        return requests + "-publisher-stream";
    }
}

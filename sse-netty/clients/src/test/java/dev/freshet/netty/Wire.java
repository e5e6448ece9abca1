package dev.freshet.netty;

import io.netty.handler.ssl.ApplicationProtocolNames;
import java.net.URI;

/** What a client speaks to the server. */
enum Wire {
    HTTP_1_1,
    TLS_HTTP_1_1,
    TLS_HTTP_2,
    /** HTTP/2 without TLS, by a client that knows beforehand. */
    PRIOR_KNOWLEDGE;

    boolean tls() {
        return this == TLS_HTTP_1_1 || this == TLS_HTTP_2;
    }

    /** By ALPN. */
    String protocol() {
        return this == TLS_HTTP_2 ? ApplicationProtocolNames.HTTP_2 : ApplicationProtocolNames.HTTP_1_1;
    }

    /** At 127.0.0.1. */
    URI uri(int port, String path) {
        return URI.create((tls() ? "https" : "http") + "://127.0.0.1:" + port + path);
    }
}

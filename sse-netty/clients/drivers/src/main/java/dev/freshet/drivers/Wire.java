package dev.freshet.drivers;

/** The protocol to the server. */
enum Wire {
    HTTP_1_1,
    TLS_HTTP_1_1,
    TLS_HTTP_2,
    PRIOR_KNOWLEDGE;

    boolean tls() {
        return this == TLS_HTTP_1_1 || this == TLS_HTTP_2;
    }
}

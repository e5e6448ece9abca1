package dev.freshet.netty;

import dev.freshet.netty.Tally.Published;

/** A server of topics, in this process or another. */
interface Origin extends AutoCloseable {
    int port();

    Published publish(String topic, String data);

    /** Ends it at once. */
    @Override
    void close();
}

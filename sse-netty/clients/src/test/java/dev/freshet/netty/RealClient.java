package dev.freshet.netty;

import java.net.URI;

/** A client of others that follows streams, and comes back to each after its last id. Called on any thread. */
interface RealClient extends AutoCloseable {
    /** Follows a stream of this name until told to leave it. */
    void follow(String stream, URI uri);

    void leave(String stream);

    @Override
    void close() throws Exception;
}

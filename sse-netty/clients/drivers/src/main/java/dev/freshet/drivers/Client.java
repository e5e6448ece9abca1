package dev.freshet.drivers;

import java.net.URI;

/** A client that follows streams, and resumes each after its last id. Called on one thread. */
interface Client {
    /** Follows a stream of a name until a call to leave it. */
    void follow(String stream, URI uri);

    void leave(String stream);
}

package dev.freshet.examples.soak;

import dev.freshet.netty.CloseReason;
import dev.freshet.netty.SseConnection;
import dev.freshet.netty.SseListener;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The reasons for which the server ends the streams of visits in progress. Thread-safe. */
final class SoakVisits implements SseListener {
    /** The attribute of a connection, and the parameter of its query, that names the visit. */
    static final String NAME = "visit";

    private final Map<String, CompletableFuture<CloseReason>> inProgress = new ConcurrentHashMap<>();

    /** Begins a visit; returns a future of the reason for the end of its stream. */
    CompletableFuture<CloseReason> begin(String visit) {
        CompletableFuture<CloseReason> closed = new CompletableFuture<>();
        inProgress.put(visit, closed);
        return closed;
    }

    /** Forgets a visit, whose stream may end later. */
    void end(String visit) {
        inProgress.remove(visit);
    }

    @Override
    public void closed(SseConnection connection, CloseReason reason) {
        CompletableFuture<CloseReason> closed = inProgress.get(Objects.toString(connection.attribute(NAME), ""));
        if (closed != null) {
            closed.complete(reason);
        }
    }
}

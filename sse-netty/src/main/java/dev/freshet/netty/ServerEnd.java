package dev.freshet.netty;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The end of one {@link SseServer}: its socket, its streams, its connections, its event loops, in this order. Thread-safe. */
final class ServerEnd {
    /** For what follows the streams. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ServerConnections connections;
    private final ServerListening listening;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile boolean begun;

    ServerEnd(ServerConnections connections, ServerListening listening) {
        this.connections = connections;
        this.listening = listening;
    }

    boolean hasBegun() {
        return begun;
    }

    /**
     * The first call counts.
     *
     * @param streams ends them; completes when they have
     * @param deadline when other answers are cut off
     */
    synchronized CompletionStage<Void> begin(Supplier<CompletionStage<Void>> streams, Duration deadline) {
        if (!begun) {
            CompletionStage<Void> drained = streams.get();
            begun = true;
            listening.door().close();
            connections.drain();
            drained.thenCompose(v -> connections.finish()).whenComplete((v, e) -> listening.end(ended));
            Stages.unlessDoneIn(deadline, ended, connections::abort);
        }
        return ended.copy();
    }

    void close(RequestEngine engine) {
        listening.loops().group().forEach(loop -> {
            if (loop.inEventLoop()) {
                throw new IllegalStateException("close: on an event loop of the server, which it would wait for"
                        + " (expected: another thread, or shutdown)");
            }
        });
        CompletionStage<Void> end = begin(engine.shutdown()::close, Duration.ZERO);
        engine.shutdown().close(); // also where a shutdown with a later deadline is under way
        connections.abort();
        Duration most = engine.options().limits().closeTimeout().plus(PATIENCE);
        try {
            end.toCompletableFuture()
                    .orTimeout(most.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        } catch (CompletionException e) {
            throw new IllegalStateException("close: event loops have not ended in " + most, e.getCause());
        }
    }
}

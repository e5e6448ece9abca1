package dev.freshet.netty;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The end of one {@link SseServer}: of its listening socket, its streams, its connections and its event loops, in this
 * order. Its phase is that of the {@link ServerConnections}. Thread-safe.
 */
final class ServerEnd {
    /** The time for the connections and the event loops to end after the streams. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ServerConnections connections;
    private final ServerListening listening;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    ServerEnd(ServerConnections connections, ServerListening listening) {
        this.connections = connections;
        this.listening = listening;
    }

    /** Returns whether the end has begun. */
    boolean hasBegun() {
        return connections.isDraining();
    }

    /**
     * Begins the end. Only the first call has an effect.
     *
     * @param streams ends the streams; its stage completes when they have ended
     * @param deadline the time from now after which other responses are cut off
     * @return a stage that completes when the event loops have ended
     */
    synchronized CompletionStage<Void> begin(Supplier<CompletionStage<Void>> streams, Duration deadline) {
        if (!hasBegun()) {
            CompletionStage<Void> drained = streams.get();
            connections.drain();
            listening.acceptor().close();
            drained.thenCompose(v -> connections.finish()).whenComplete((v, e) -> listening.end(ended));
            Stages.unlessDoneIn(deadline, ended, connections::abort);
        }
        return ended.copy();
    }

    /** Ends the server, without waiting for other responses, and waits for the event loops: {@link SseServer#close}. */
    void close(RequestEngine engine) {
        listening.loops().group().forEach(loop -> {
            if (loop.inEventLoop()) {
                throw new IllegalStateException("close: on an event loop of the server, which it would wait for"
                        + " (expected: another thread, or shutdown)");
            }
        });
        CompletionStage<Void> end = begin(engine.shutdown()::close, Duration.ZERO);
        engine.shutdown().close(); // even if a shutdown with a later deadline has begun
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

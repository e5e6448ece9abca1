package dev.freshet.netty;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * What an application answers to a request for a stream.
 *
 * <p>Called on the event loop of the connection, so it must not block; {@link #blocking} is for code that does. One that
 * throws is logged and refused with 500; no other connection is harmed. Implementations must be thread-safe.
 */
@FunctionalInterface
public interface SseEndpoint {
    /** Decides; not null. */
    SseReply handle(SseRequest request);

    /**
     * An endpoint whose code may block: it runs on the executor. Where that is full, clients are told to come later, and so
     * they are where it would run the code on the calling thread, an event loop.
     */
    static SseEndpoint blocking(Executor executor, SseEndpoint endpoint) {
        Objects.requireNonNull(executor, "executor");
        Objects.requireNonNull(endpoint, "endpoint");
        return request -> {
            Thread caller = Thread.currentThread();
            try {
                return SseReply.when(CompletableFuture.supplyAsync(
                        () -> Thread.currentThread() == caller ? SoftRefusal.OVERLOADED : endpoint.handle(request),
                        executor));
            } catch (RejectedExecutionException e) {
                return SoftRefusal.OVERLOADED;
            }
        };
    }
}

package dev.freshet.stacks;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;

/**
 * A request that waits for a position. It is dispatched again once the position is read, or the wait is over. The loop
 * counts it until it is a stream, or the container has completed its response. Thread-safe.
 */
final class WaitingRequest implements AsyncListener {
    final Collection<String> topics;
    final CompletableFuture<Void> position;
    private final StreamLoop loop;

    WaitingRequest(StreamLoop loop, Collection<String> topics, CompletableFuture<Void> position) {
        this.loop = loop;
        this.topics = topics;
        this.position = position;
    }

    void await(AsyncContext context) {
        context.setTimeout(0);
        context.addListener(this);
        loop.await(this);
        position.whenComplete((reached, closed) -> {
            if (!SseServlet.dispatch(context)) {
                loop.answered(this);
            }
        });
    }

    /** Ends the wait, also if the client has disconnected or has reset its stream. */
    @Override
    public void onComplete(AsyncEvent event) {
        loop.answered(this);
        position.complete(null);
    }

    @Override
    public void onError(AsyncEvent event) {}

    @Override
    public void onTimeout(AsyncEvent event) {}

    @Override
    public void onStartAsync(AsyncEvent event) {}
}

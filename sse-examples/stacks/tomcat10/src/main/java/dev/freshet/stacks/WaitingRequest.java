package dev.freshet.stacks;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;

/**
 * A request that waits for a position. The container gets it again once the position is there, or the wait is over. The loop counts it
 * until it is a stream, or the container has completed its response. Thread-safe.
 */
final class WaitingRequest implements AsyncListener {
    final Collection<String> topics;
    final CompletableFuture<Void> place;
    private final StreamLoop loop;

    WaitingRequest(StreamLoop loop, Collection<String> topics, CompletableFuture<Void> place) {
        this.loop = loop;
        this.topics = topics;
        this.place = place;
    }

    void await(AsyncContext context) {
        context.setTimeout(0);
        context.addListener(this);
        loop.await(this);
        place.whenComplete((reached, closed) -> {
            if (!SseServlet.dispatch(context)) {
                loop.answered(this);
            }
        });
    }

    /** Also where the client has gone, or has reset its stream: then nobody waits for the position any more. */
    @Override
    public void onComplete(AsyncEvent event) {
        loop.answered(this);
        place.complete(null);
    }

    @Override
    public void onError(AsyncEvent event) {}

    @Override
    public void onTimeout(AsyncEvent event) {}

    @Override
    public void onStartAsync(AsyncEvent event) {}
}

package dev.freshet.store;

import java.util.concurrent.CompletionStage;

/** Another store, but for how it appends. */
public abstract class DelegatingStore implements EventStore {
    protected final EventStore store;

    protected DelegatingStore(EventStore store) {
        this.store = store;
    }

    @Override
    public boolean isIdempotent() {
        return store.isIdempotent();
    }

    @Override
    public boolean isShared() {
        return store.isShared();
    }

    @Override
    public CompletionStage<Tail> tail(Sink sink) {
        return store.tail(sink);
    }
}

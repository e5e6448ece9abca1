package dev.freshet.store;

import dev.freshet.event.EventId;
import java.util.concurrent.CompletionStage;

/** Another store, but for what a subclass does otherwise. */
public abstract class DelegatingStore implements EventStore {
    protected final EventStore store;

    protected DelegatingStore(EventStore store) {
        this.store = store;
    }

    @Override
    public CompletionStage<EventId> append(StoredEntry entry, String key) {
        return store.append(entry, key);
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

    @Override
    public StoreStats stats() {
        return store.stats();
    }
}

package dev.freshet.store;

import dev.freshet.event.EventId;
import java.util.concurrent.CompletionStage;

/** Another store, which no other hub is on. Thread-safe. */
public record OwnStore(EventStore store) implements EventStore {
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
        return false;
    }

    @Override
    public CompletionStage<Tail> tail(Sink sink) {
        return store.tail(sink);
    }
}

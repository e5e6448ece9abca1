package dev.freshet.store;

import dev.freshet.event.EventId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A sink that holds the thread of a store at each entry, until it goes on. */
final class HoldingSink implements EventStore.Sink {
    private final CompletableFuture<Void> held = new CompletableFuture<>();
    private final CompletableFuture<Void> goesOn = new CompletableFuture<>();

    @Override
    public void begins(EventId floor) {}

    @Override
    public void entry(EventId id, long time, StoredEntry entry) {
        held.complete(null);
        goesOn.join();
    }

    @Override
    public void lost(EventId floor) {}

    boolean hasHeld() {
        return held.isDone();
    }

    void awaitHeld() throws Exception {
        held.get(EventStoreContract.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    void goOn() {
        goesOn.complete(null);
    }
}

package dev.freshet.store;

/** The store that hubs are tested with is held to the contract, too. */
class MemoryStoreTest extends EventStoreContract {
    final MemoryStore store = create();

    MemoryStore create() {
        return new MemoryStore();
    }

    @Override
    protected EventStore store() {
        return store;
    }

    @Override
    protected void trim() {
        store.trim();
    }

    @Override
    protected AutoCloseable refusing() {
        store.failWith(new EventStoreException("store: full", null, true));
        return () -> store.failWith(null);
    }
}

package dev.freshet.store;

/** The store that hubs are tested with is held to the contract, too. */
class SharedStoreTest extends EventStoreContract {
    private final SharedStore store = new SharedStore();

    @Override
    protected EventStore store() {
        return store;
    }

    @Override
    protected void trim() {
        store.trim();
    }
}

package dev.freshet.store;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The store that hubs are tested with is held to the contract, too. */
class MemoryStoreTest extends EventStoreContract {
    @SuppressWarnings("NullAway.Init")
    MemoryStore store;

    MemoryStore create() {
        return new MemoryStore();
    }

    @BeforeEach
    void begin() {
        store = create();
    }

    @AfterEach
    void close() {
        store.close();
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

package dev.freshet.store;

/** Another store, which no other hub is on. Thread-safe. */
public final class OwnStore extends DelegatingStore {
    public OwnStore(EventStore store) {
        super(store);
    }

    @Override
    public boolean isShared() {
        return false;
    }
}

package dev.freshet.store;

import dev.freshet.event.EventId;
import dev.freshet.store.StoredEntry.Kind;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Another store, of which a test says what it does not keep. Thread-safe. */
public final class RefusingStore extends DelegatingStore {
    private @Nullable Error failure;
    private Kind kind = Kind.EVENT;
    private int toRefuse;
    private int refused;

    public RefusingStore(EventStore store) {
        super(store);
    }

    /** Does not keep so many entries of a kind. */
    public synchronized void refuse(Kind which, int count) {
        kind = which;
        toRefuse = count;
    }

    public synchronized int refused() {
        return refused;
    }

    /** What it throws from now on, or null. */
    public synchronized void failWith(@Nullable Error error) {
        failure = error;
    }

    @Override
    public CompletionStage<EventId> append(StoredEntry entry, String key) {
        synchronized (this) {
            if (failure != null) {
                throw failure;
            }
            if (entry.kind() == kind && toRefuse > 0) {
                toRefuse--;
                refused++;
                return CompletableFuture.failedFuture(new IOException("full"));
            }
        }
        return store.append(entry, key);
    }
}

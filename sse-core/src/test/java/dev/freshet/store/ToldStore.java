package dev.freshet.store;

import dev.freshet.event.EventId;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A store of several nodes, of which a test is the others: it brings by its one tail what a test has it bring, and keeps nothing. */
public class ToldStore implements EventStore {
    private final Consumer<Sink> history;
    private @Nullable Sink sink;

    /** One that says nothing of a history. */
    public ToldStore() {
        this(none -> {});
    }

    /** One whose tail begins so. */
    public ToldStore(Consumer<Sink> history) {
        this.history = history;
    }

    /** Where its tail goes to. */
    public final Sink sink() {
        return Objects.requireNonNull(sink, "tail");
    }

    @Override
    public CompletionStage<EventId> append(StoredEntry entry, String key) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException());
    }

    @Override
    public final boolean isIdempotent() {
        return false;
    }

    @Override
    public final boolean isShared() {
        return true;
    }

    @Override
    public final CompletionStage<Tail> tail(Sink to) {
        sink = to;
        history.accept(to);
        return CompletableFuture.completedFuture(this::ended);
    }

    /** The tail was closed. */
    protected void ended() {}
}

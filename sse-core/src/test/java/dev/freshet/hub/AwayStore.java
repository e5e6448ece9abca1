package dev.freshet.hub;

import static dev.freshet.harness.Conditions.await;
import static java.util.concurrent.TimeUnit.SECONDS;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.store.EventStore;
import dev.freshet.store.StoredEntry;
import dev.freshet.store.StoredEntry.Kind;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** Its tails begin and its appends complete as a test has them. */
final class AwayStore implements EventStore {
    private static final long INCARNATION = 7;
    private static final int PATIENCE_SECONDS = 20;

    /** A tail that was asked for. */
    record Asked(EventStore.Sink sink, CompletableFuture<EventStore.Tail> begun) {
        void fail() {
            begun.completeExceptionally(new IOException("not there"));
        }

        void begin(SseHub hub) {
            begun.complete(() -> {});
            await("the hub is loaded", hub::isLoaded); // it may be another thread that goes on
        }

        void tell(long number, Kind kind) {
            sink.entry(id(number), System.currentTimeMillis(), stored(number, kind));
        }
    }

    final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
    final BlockingQueue<CompletableFuture<EventId>> appends = new LinkedBlockingQueue<>();
    Consumer<Asked> atFirst = first -> {};

    Asked next() throws InterruptedException {
        return Objects.requireNonNull(asked.poll(PATIENCE_SECONDS, SECONDS), "a tail");
    }

    @Override
    public CompletionStage<EventId> append(StoredEntry entry, String key) {
        CompletableFuture<EventId> appended = new CompletableFuture<>();
        appends.add(appended);
        return appended;
    }

    @Override
    public boolean isIdempotent() {
        return false;
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public CompletionStage<Tail> tail(Sink sink) {
        Asked next = new Asked(sink, new CompletableFuture<>());
        atFirst.accept(next);
        atFirst = later -> {};
        asked.add(next);
        return next.begun;
    }

    static EventId id(long number) {
        return new EventId(number, INCARNATION);
    }

    static StoredEntry stored(long number, Kind kind) {
        byte[] body = kind == Kind.EVENT || kind == Kind.LAST
                ? EventEncoder.encodeBody(SseEvent.of("" + number))
                : new byte[0];
        return new StoredEntry(kind, "t", body, null, null);
    }
}

package dev.freshet.store;

import static dev.freshet.store.EventStoreContract.tail;

import dev.freshet.event.EventId;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;

/** A store in files whose thread a test can hold. */
abstract class HeldStoreFixture extends FileStoreFixture {
    static final int BOUND = 64 << 10;

    final HoldingSink holding = new HoldingSink();

    @Override
    @AfterEach
    void close() {
        holding.goOn();
        super.close();
    }

    FileEventStore.Builder builder() {
        return FileEventStore.builder(folder).fsync(Fsync.never()).maxBytes(BOUND);
    }

    /** A store whose thread is held at its first entry. */
    FileEventStore held(FileEventStore.Builder builder) throws Exception {
        FileEventStore store = files.open(builder);
        tail(store, holding);
        later(store, 0);
        holding.awaitHeld();
        return store;
    }

    static CompletableFuture<EventId> later(EventStore store, int bytes) {
        return store.append(SegmentFixture.event(1, bytes).entry(), "key").toCompletableFuture();
    }
}

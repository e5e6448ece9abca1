package dev.freshet.hub;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** A hub whose store is not there at first; it is closed after each test. */
abstract class AwayStoreFixture {
    final AwayStore store = new AwayStore();

    @Nullable
    SseHub hub;

    @AfterEach
    void close() {
        store.appends.forEach(append -> append.completeExceptionally(new IllegalStateException("the test is over")));
        if (hub != null) {
            hub.close();
        }
    }

    SseHub retrying() {
        SseHub built = SseHub.builder()
                .store(store)
                .storeStart(StoreStart.RETRY, Duration.ofMinutes(1))
                .build();
        hub = built;
        return built;
    }

    /** A hub whose store failed once. */
    SseHub away() throws Exception {
        store.atFirst = AwayStore.Asked::fail;
        SseHub away = retrying();
        store.next();
        return away;
    }
}

package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.hub.SseHub;
import dev.freshet.hub.StoreStart;
import dev.freshet.store.DelegatingStore;
import dev.freshet.store.MemoryStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients of a node whose store is not there yet. */
class RequestHubStartWithoutStoreTest extends ServerFixture {
    /** It begins when a test has it. */
    private static final class LateStore extends DelegatingStore {
        private final CompletableFuture<Void> begun = new CompletableFuture<>();

        LateStore() {
            super(new MemoryStore());
        }

        @Override
        public CompletionStage<Tail> tail(Sink sink) {
            return begun.thenCompose(v -> super.tail(sink));
        }
    }

    private final LateStore store = new LateStore();

    @SuppressWarnings("NullAway.Init")
    private SseServer server;

    @BeforeEach
    void comeUp() throws Exception {
        SseHub node = SseHub.builder()
                .store(store)
                .storeStart(StoreStart.RETRY, Duration.ofMillis(1))
                .build();
        server = serve(request -> SseReply.subscribe(node, "t"));
    }

    @Test
    void aBrowserIsToldToComeLaterInAStreamWithoutAPosition() throws Exception {
        try (RawSseClient client = client(server)) {
            RawSseClient.Head head =
                    client.get("/events", "Accept: text/event-stream", "Sec-Fetch-Mode: cors", "Last-Event-ID: 2-7");
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.header("sse-resume")).isNull();
            assertThat(client.tryReadEvent()).isNull();
            assertThat(client.retries()).hasSize(1);
        }
    }

    @Test
    void anotherClientIsToldByStatusAndServedOnceTheStoreIsThere() throws Exception {
        try (RawSseClient client = client(server)) {
            RawSseClient.Head head = client.get("/events", "Last-Event-ID: 1-7");
            assertThat(head.status()).isEqualTo(503);
            assertThat(head.header("Retry-After")).isEqualTo("2");
            assertThat(head.header("sse-resume")).isNull();
        }

        store.begun.complete(null);

        try (RawSseClient client = client(server)) {
            assertThat(client.get("/events", "Last-Event-ID: 1-7").header("sse-resume"))
                    .isEqualTo("resumed");
        }
    }
}

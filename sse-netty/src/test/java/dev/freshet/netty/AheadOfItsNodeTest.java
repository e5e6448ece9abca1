package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.hub.SseHub;
import dev.freshet.store.EventStore;
import dev.freshet.store.StoredEntry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Clients that come from another node, with a position that this one's tail has not brought yet. */
class AheadOfItsNodeTest extends ServerFixture {
    private static final String SEEN_ELSEWHERE = "2-7";

    /** Brings what a test has it bring. */
    private static final class ToldStore implements EventStore {
        @SuppressWarnings("NullAway.Init")
        private Sink sink;

        void bring(int number) {
            byte[] body = EventEncoder.encodeBody(SseEvent.of("" + number));
            sink.entry(
                    new EventId(number, 7),
                    System.currentTimeMillis(),
                    new StoredEntry(StoredEntry.Kind.EVENT, "t", body, null, null));
        }

        @Override
        public CompletionStage<EventId> append(StoredEntry entry, String key) {
            return CompletableFuture.failedFuture(new UnsupportedOperationException());
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
        public CompletionStage<Tail> tail(Sink to) {
            sink = to;
            to.begins(new EventId(0, 7));
            return CompletableFuture.completedFuture(() -> {});
        }
    }

    private final ToldStore store = new ToldStore();

    private SseServer server(Duration patience, CompletableFuture<Void> asked) {
        SseHub node = SseHub.builder().store(store).aheadPatience(patience).build();
        return serve(request -> {
            asked.complete(null);
            return SseReply.subscribe(node, "t");
        });
    }

    @Test
    void theNodeWaitsForThePositionAndResumes() throws Exception {
        CompletableFuture<Void> asked = new CompletableFuture<>();
        try (RawSseClient client = client(server(Duration.ofSeconds(PATIENCE_SECONDS), asked))) {
            client.send("GET /events HTTP/1.1\r\nHost: h\r\nLast-Event-ID: " + SEEN_ELSEWHERE + "\r\n\r\n");
            asked.join();
            store.bring(1);
            store.bring(2);
            store.bring(3);

            assertThat(client.readHead().header("sse-resume")).isEqualTo("resumed");
            assertThat(client.readEvent().data()).isEqualTo("3");
        }
    }

    @Test
    void whereItDoesNotComeTheClientIsReset() throws Exception {
        try (RawSseClient client = client(server(Duration.ofMillis(10), new CompletableFuture<>()))) {
            RawSseClient.Head head = client.get("/events", "Last-Event-ID: " + SEEN_ELSEWHERE);

            assertThat(head.header("sse-resume")).isEqualTo("reset");
            assertThat(client.readEvent().data()).contains("\"reason\":\"ahead\"");
        }
    }
}

package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.hub.SseHub;
import dev.freshet.store.SlowStore;
import dev.freshet.store.StoredEntry.Kind;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that follow a generation whose start the store has not kept yet. */
@Timeout(2 * ServerFixture.PATIENCE_SECONDS)
class GenerationStartTest extends ServerFixture {
    private final SlowStore store = new SlowStore();

    /** A client for which the endpoint was called, before the store has kept the start. */
    private RawSseClient following(SseHub hub) throws Exception {
        SseGeneration generation = SseGeneration.start(hub, "answer");
        CompletableFuture<Void> called = new CompletableFuture<>();
        SseServer server = serve(request -> {
            SseReply following = generation.follow(request);
            called.complete(null);
            return following;
        });
        RawSseClient client = client(server);
        client.send(Pipelines.get("/events"));
        called.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return client;
    }

    @Test
    void aStreamBeginsOnceTheStartIsKept() throws Exception {
        SseHub hub = keep(SseHub.builder().store(store).build());
        RawSseClient client = following(hub);
        EventId start = store.keep();
        store.bring();
        assertThat(client.readHead().status()).isEqualTo(200);
        hub.started("answer", start).complete(SseEvent.of("done"));
        store.keep();
        store.bring();
        assertThat(client.readEvent().data()).isEqualTo("done");
        assertThat(client.tryReadEvent()).isNull();
    }

    @Test
    void aClientIsToldToComeLaterWhereTheStartIsNotKept() throws Exception {
        RawSseClient client = following(keep(SseHub.builder().store(store).build()));
        store.lose();
        RawSseClient.Head head = client.readHead();
        assertThat(head.status()).isEqualTo(503);
        assertThat(head.header("Retry-After")).isEqualTo("5");
    }

    @Test
    void aClientIsRefusedWhereAnotherNodeHadStartedIt() throws Exception {
        RawSseClient client = following(keep(SseHub.builder().store(store).build()));
        store.entry(Kind.START, "answer");
        store.keep();
        store.bring();
        assertThat(client.readHead().status()).isEqualTo(409);
    }

    @Test
    void aClientThatWaitsForTheStartCountsAsAStream() throws Exception {
        SseGeneration generation =
                SseGeneration.start(keep(SseHub.builder().store(store).build()), "answer");
        CompletableFuture<Void> called = new CompletableFuture<>();
        SseServer server =
                start(local().limits(Limits.builder().connections(1).build()).endpoint("/events", request -> {
                    called.complete(null);
                    return generation.follow(request);
                }));
        RawSseClient first = sending(server, Pipelines.get("/events"));
        called.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(sending(server, Pipelines.get("/events")).readHead().status())
                .as("on the same loop, behind the first")
                .isEqualTo(503);
        store.keep();
        store.bring();
        assertThat(first.readHead().status()).isEqualTo(200);
    }
}

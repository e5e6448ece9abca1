package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser.Event;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseServer;
import org.junit.jupiter.api.Test;

class PresenceTest {

    @Test
    void whoIsKickedBetweenTheCheckAndTheOpeningDoesNotStay() throws Exception {
        try (SseHub hub = SseHub.create();
                SseServer server = SseServer.builder()
                        .host("127.0.0.1")
                        .port(0)
                        .listener(new Presence(hub))
                        .endpoint("/room", request -> SseReply.subscribe(hub, "room", "room/ann"))
                        .start()) {
            hub.complete("room/ann", SseEvent.of("kicked", "ann"))
                    .toCompletableFuture()
                    .join();

            try (RawSseClient ann = new Caller(server).follow("/room")) {
                Event event = ann.tryReadEvent();
                while (event != null) { // that it has joined, maybe
                    event = ann.tryReadEvent();
                }
                assertThat(ann.isWhole()).isTrue();
            }
        }
    }
}

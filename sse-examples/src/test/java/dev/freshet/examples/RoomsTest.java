package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser.Event;
import dev.freshet.netty.SseServer;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoomsTest {

    private Rooms rooms;
    private Caller caller;

    @BeforeEach
    void start() {
        rooms = Rooms.start(SseServer.builder().host("127.0.0.1").port(0));
        caller = new Caller(rooms.server());
    }

    @AfterEach
    void stop() {
        rooms.close();
    }

    /** Enters a room as its member, who has been announced to it by then. */
    private RawSseClient enter(String name) throws Exception {
        RawSseClient client = open(name);
        assertNext(client, "joined", name);
        return client;
    }

    /** Opens a stream of a member, and reads the names at its beginning. */
    private RawSseClient open(String name) throws Exception {
        RawSseClient client = caller.follow("/api/rooms/lobby?name=" + name);
        assertThat(client.readEvent().type()).isEqualTo("members");
        return client;
    }

    private static void assertNext(RawSseClient client, String type, String data) throws Exception {
        Event event = client.readEvent();
        assertThat(event.type()).isEqualTo(type);
        assertThat(event.data()).isEqualTo(data);
    }

    @ParameterizedTest
    @CsvSource({"/,text/html", "/style.css,text/css", "/rooms.css,text/css", "/rooms.js,text/javascript"})
    void thePageAndItsPartsAreServed(String path, String type) {
        HttpResponse<String> answer = caller.get(path);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith(type);
        assertThat(answer.body()).doesNotContain("https://");
    }

    @Test
    void whoEntersIsToldWhoIsThereAndTheOthersThatSomebodyCame() throws Exception {
        try (RawSseClient ann = enter("ann");
                RawSseClient bob = caller.follow("/api/rooms/lobby?name=bob")) {
            Event members = bob.readEvent();
            assertThat(members.type()).isEqualTo("members");
            assertThat(members.data()).startsWith("[\"ann\"");
            assertNext(bob, "joined", "bob");
            assertNext(ann, "joined", "bob");
        }
    }

    @Test
    void whoClosesTheStreamHasLeft() throws Exception {
        try (RawSseClient ann = enter("ann");
                RawSseClient bob = enter("bob")) {
            assertNext(ann, "joined", "bob");

            bob.close();

            assertNext(ann, "left", "bob");
        }
    }

    @Test
    void aMemberWithTwoStreamsComesAndLeavesOnce() throws Exception {
        try (RawSseClient bob = enter("bob");
                RawSseClient ann = enter("ann");
                RawSseClient second = open("ann")) {
            assertThat(caller.call("DELETE", "/api/rooms/lobby/ann").statusCode())
                    .isEqualTo(204);
            assertThat(second.readEvent().type()).isEqualTo("kicked");
            assertThat(ann.readEvent().type()).isEqualTo("kicked");

            assertNext(bob, "joined", "ann");
            assertNext(bob, "left", "ann");
            caller.post("/api/rooms/lobby?name=bob", "Alone?");
            assertThat(bob.readEvent().type()).isEqualTo("message");
        }
    }

    @Test
    void aMessageReachesAllInTheRoomAndAlsoItsSender() throws Exception {
        try (RawSseClient ann = enter("ann");
                RawSseClient bob = enter("bob")) {
            assertNext(ann, "joined", "bob");

            String answer = caller.post("/api/rooms/lobby?name=ann", "Grüße").body();

            for (RawSseClient client : List.of(ann, bob)) {
                Event event = client.readEvent();
                assertThat(event.type()).isEqualTo("message");
                assertThat(event.data()).isEqualTo("{\"from\":\"ann\",\"text\":\"Grüße\"}");
                assertThat(answer).isEqualTo("{\"id\":\"" + event.lastEventId() + "\"}");
            }
        }
    }

    @Test
    void aMessageStaysInItsRoom() throws Exception {
        try (RawSseClient ann = enter("ann")) {
            caller.post("/api/rooms/attic?name=bob", "in the attic");
            caller.post("/api/rooms/lobby?name=bob", "in the lobby");

            assertThat(ann.readEvent().data()).contains("in the lobby");
        }
    }

    @Test
    void aMemberThatWasCutOffReceivesWhatWasSaid() throws Exception {
        try (RawSseClient ann = enter("ann");
                RawSseClient again = caller.connect()) {
            ann.cut();
            caller.post("/api/rooms/lobby?name=bob", "Are you there?");

            again.get("/api/rooms/lobby?name=ann", "Last-Event-ID: " + ann.lastEventId());
            Event event = again.readEvent();
            while (!event.type().equals("message")) { // it may have left meanwhile, and joins again
                assertThat(event.type()).isIn("left", "joined");
                event = again.readEvent();
            }
            assertThat(event.data()).contains("Are you there?");
        }
    }

    @Test
    void whoIsKickedIsToldAndNotLetInAgain() throws Exception {
        try (RawSseClient ann = enter("ann");
                RawSseClient bob = enter("bob");
                RawSseClient again = caller.connect()) {
            assertNext(ann, "joined", "bob");

            assertThat(caller.call("DELETE", "/api/rooms/lobby/bob").statusCode())
                    .isEqualTo(204);

            assertNext(bob, "kicked", "bob");
            assertThat(bob.tryReadEvent()).isNull();
            assertThat(bob.isWhole()).isTrue();
            assertNext(ann, "left", "bob");
            String path = "/api/rooms/lobby?name=bob";
            assertThat(again.get(path, "Last-Event-ID: " + bob.lastEventId()).status())
                    .isEqualTo(204);
            assertThat(caller.post(path, "Let me in").statusCode()).isEqualTo(403);
        }
    }

    @Test
    void whoIsNotThereIsNotKicked() {
        HttpResponse<String> answer = caller.call("DELETE", "/api/rooms/lobby/ann");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body().strip()).isEqualTo("name: ann is not in the room");
    }

    @ParameterizedTest
    @CsvSource({
        "/api/rooms/lobby",
        "/api/rooms/lobby?name=",
        "/api/rooms/lobby?name=a%2Fb",
        "/api/rooms/a%2Fb?name=c",
        "/api/rooms/lobby?name=a&name=b",
        "/api/rooms/lobby?name=abcdefghijklmnopqrstuvwxyz1234567"
    })
    void aNameThatIsNoneIsRefused(String path) {
        assertThat(caller.get(path).statusCode()).isEqualTo(400);
        assertThat(caller.post(path, "hi").statusCode()).isEqualTo(400);
    }
}

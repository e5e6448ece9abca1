package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser.Event;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseServer;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTest {

    private static final String PROMPT = "Where does the river go?";

    private Chat chat;
    private Caller caller;

    @BeforeEach
    void start() {
        chat = start(Duration.ofMillis(1));
        caller = new Caller(chat.server());
    }

    private static Chat start(Duration pace) {
        return Chat.start(
                SseHub.builder(),
                pace,
                Program.scheduler("pen"),
                SseServer.builder().host("127.0.0.1").port(0));
    }

    @AfterEach
    void stop() {
        chat.close();
    }

    private RawSseClient ask(String prompt) throws Exception {
        return follow(chat, prompt);
    }

    private static RawSseClient follow(Chat chat, String prompt) throws Exception {
        byte[] body = prompt.getBytes(StandardCharsets.UTF_8);
        RawSseClient client = new Caller(chat.server()).connect();
        client.send("POST /api/chat HTTP/1.1\r\nHost: h\r\nContent-Length: " + body.length + "\r\n\r\n"
                + new String(body, StandardCharsets.ISO_8859_1));
        assertThat(client.readHead().status()).isEqualTo(200);
        return client;
    }

    private static String idOf(Event started) {
        assertThat(started.type()).isEqualTo("started");
        return Caller.json(started.data()).get("id").asString();
    }

    /** The tokens up to the end of the stream, which is an event of its own. */
    private static List<String> tokens(RawSseClient client) throws Exception {
        List<String> tokens = new ArrayList<>();
        for (Event event = client.readEvent(); !event.type().equals("done"); event = client.readEvent()) {
            assertThat(event.type()).isEqualTo("token");
            tokens.add(Caller.json(event.data()).asString());
        }
        assertThat(client.tryReadEvent()).isNull();
        return tokens;
    }

    @ParameterizedTest
    @CsvSource({
        "/,text/html",
        "/style.css,text/css",
        "/chat.css,text/css",
        "/chat.js,text/javascript",
        "/events.js,text/javascript",
        "/icon.svg,image/svg+xml"
    })
    void thePageAndItsPartsAreServed(String path, String type) {
        HttpResponse<String> answer = caller.get(path);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith(type);
        assertThat(answer.body()).doesNotContain("https://");
    }

    @Test
    void anAnswerComesAsTokensAndEnds() throws Exception {
        try (RawSseClient client = ask(PROMPT)) {
            idOf(client.readEvent());

            assertThat(tokens(client)).isEqualTo(Storyteller.answer(PROMPT));
        }
    }

    @Test
    void anAnswerGoesOnWithoutItsReaderAndIsResumed() throws Exception {
        List<String> whole = new ArrayList<>();
        String id;
        String last;
        try (RawSseClient client = ask(PROMPT)) {
            id = idOf(client.readEvent());
            for (Event event : client.readEvents(5)) {
                whole.add(Caller.json(event.data()).asString());
            }
            last = client.lastEventId();
        }
        try (RawSseClient client = caller.follow("/api/chat?id=" + id, "Last-Event-ID: " + last)) {
            whole.addAll(tokens(client));
        }
        assertThat(whole).isEqualTo(Storyteller.answer(PROMPT));
    }

    @Test
    void anotherTabGetsAllOfIt() throws Exception {
        try (RawSseClient client = ask(PROMPT)) {
            String id = idOf(client.readEvent());
            try (RawSseClient other = caller.follow("/api/chat?id=" + id)) {
                assertThat(idOf(other.readEvent())).isEqualTo(id);
                assertThat(tokens(other)).isEqualTo(Storyteller.answer(PROMPT));
            }
        }
    }

    @Test
    void whoHasAllOfItIsToldToStop() throws Exception {
        try (RawSseClient client = ask(PROMPT);
                RawSseClient again = caller.connect()) {
            String id = idOf(client.readEvent());
            tokens(client);

            assertThat(again.get("/api/chat?id=" + id, "Last-Event-ID: " + client.lastEventId())
                            .status())
                    .isEqualTo(204);
        }
    }

    @Test
    void anAnswerThatIsStoppedIsWrittenNoFurther() throws Exception {
        try (Chat slow = start(Duration.ofMinutes(1));
                RawSseClient client = follow(slow, PROMPT)) {
            String id = idOf(client.readEvent());

            assertThat(new Caller(slow.server())
                            .post("/api/chat/stop?id=" + id, "")
                            .statusCode())
                    .isEqualTo(204);
            assertThat(client.readEvent().type()).isEqualTo("cancelled");
            assertThat(client.tryReadEvent()).isNull();
        }
    }

    @Test
    void anAnswerThatIsCompleteIsNotStopped() throws Exception {
        try (RawSseClient client = ask(PROMPT)) {
            String id = idOf(client.readEvent());
            tokens(client);

            assertThat(caller.post("/api/chat/stop?id=" + id, "").statusCode()).isEqualTo(404);
        }
        assertThat(caller.post("/api/chat/stop", "").statusCode()).isEqualTo(404);
    }

    @Test
    void anAnswerHasTheIdThatItsClientMade() throws Exception {
        String id = UUID.randomUUID().toString();
        caller.post("/api/chat?id=" + id, PROMPT);

        try (RawSseClient client = caller.follow("/api/chat?id=" + id)) {
            assertThat(idOf(client.readEvent())).isEqualTo(id);
            assertThat(tokens(client)).isEqualTo(Storyteller.answer(PROMPT));
        }
    }

    @Test
    void anIdThatIsInUseIsRefused() {
        String id = UUID.randomUUID().toString();
        caller.post("/api/chat?id=" + id, PROMPT);

        HttpResponse<String> answer = caller.post("/api/chat?id=" + id, "And the sea?");

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).isEqualTo("id: " + id + " is in use\n");
        assertThat(caller.get("/api/chat?id=" + id).body()).doesNotContain("And the sea?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "42", "00000000-0000-0000-0000-00000000000G", "00000000-0000-0000-0000-0000000000001"})
    void anIdThatIsNoUuidIsRefused(String id) {
        HttpResponse<String> answer = caller.post("/api/chat?id=" + id, PROMPT);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo("id: malformed (expected: a UUID in lower case)\n");
    }

    @Test
    void aPromptThatIsNotInUtf8IsRefused() {
        HttpResponse<String> answer = caller.post("/api/chat", new byte[] {'h', 'i', (byte) 0xFF});

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo("body: malformed (expected: UTF-8)\n");
    }

    @Test
    void aPromptHasALength() {
        assertThat(caller.post("/api/chat", " ").body()).isEqualTo("prompt: 0 characters (expected: 1 to 500)\n");
        assertThat(caller.post("/api/chat", "x".repeat(501)).statusCode()).isEqualTo(400);
    }

    @Test
    void anAnswerThatIsNotThereIsNotFound() {
        assertThat(caller.get("/api/chat?id=nobody").statusCode()).isEqualTo(404);
        assertThat(caller.get("/api/chat").statusCode()).isEqualTo(404);
    }

    @Test
    void anIdThatIsGivenTwiceIsRefused() {
        String twice = "id: 2 of them (expected: at most one)\n";
        assertThat(caller.get("/api/chat?id=a&id=b").body()).isEqualTo(twice);
        assertThat(caller.post("/api/chat/stop?id=a&id=b", "").body()).isEqualTo(twice);
        assertThat(caller.post("/api/chat?id=a&id=b", PROMPT).body()).isEqualTo(twice);
        assertThat(caller.get("/api/chat?id=a&id=b").statusCode()).isEqualTo(400);
    }
}

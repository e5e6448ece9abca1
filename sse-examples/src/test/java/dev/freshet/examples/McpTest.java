package dev.freshet.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser.Event;
import dev.freshet.netty.SseServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import tools.jackson.databind.JsonNode;

/** What the protocol's conformance tests, which are in the profile {@code clients}, do not look at. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class McpTest {

    private static final Duration FAST = Duration.ofMillis(1);
    /** So long that the first message of a call comes in no test. */
    private static final Duration NEVER = Duration.ofHours(1);

    private static final String STORY = """
            {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params":
                {"name": "tell_story", "arguments": {"text": "a river"}, "_meta": {"progressToken": "t"}}}""";
    private static final String ALARM = """
            {"jsonrpc": "2.0", "id": 8, "method": "tools/call", "params": {"name": "alarm", "arguments": {"text": "fire"}}}""";
    private static final String PING = """
            {"jsonrpc": "2.0", "id": 9, "method": "ping"}""";

    private Mcp mcp;
    private Caller caller;

    private void serve(Duration pace) {
        mcp = new Mcp(pace);
        caller =
                new Caller(mcp.on(SseServer.builder().host("127.0.0.1").port(0)).start());
    }

    @AfterEach
    void end() {
        caller.server().close();
        mcp.close();
    }

    @Test
    void aCallTellsItsProgressAndThenItsResult() throws Exception {
        serve(FAST);
        try (RawSseClient call = call(session(), STORY)) {
            assertThat(call.readEvent().data()).isEmpty();
            List<JsonNode> told = rest(call);
            assertThat(words(told)).isEqualTo(Storyteller.answer("a river"));
            JsonNode last = told.get(told.size() - 1);
            assertThat(last.path("id").asInt()).isEqualTo(7);
            assertThat(last.at("/result/content/0/text").asString())
                    .isEqualTo(String.join("", Storyteller.answer("a river")));
        }
    }

    @Test
    void aCallGoesOnWhenItsClientGoesAndTellsTheRestToWhoComesBack() throws Exception {
        serve(FAST);
        String session = session();
        String lastEventId;
        List<JsonNode> told = new ArrayList<>();
        try (RawSseClient call = call(session, STORY)) {
            call.readEvent();
            told.add(Caller.json(call.readEvent().data()));
            lastEventId = call.lastEventId();
            call.cut();
        }
        try (RawSseClient back =
                caller.follow(Mcp.PATH, "Mcp-Session-Id: " + session, "Last-Event-ID: " + lastEventId)) {
            told.addAll(rest(back));
        }
        assertThat(words(told)).isEqualTo(Storyteller.answer("a river"));
        assertThat(told.get(told.size() - 1).has("result")).isTrue();
    }

    @Test
    void anAlarmIsToldOnTheStreamOfEachSession() throws Exception {
        serve(FAST);
        String first = session();
        try (RawSseClient one = listen(first);
                RawSseClient other = listen(session());
                RawSseClient call = call(first, ALARM)) {
            for (RawSseClient each : List.of(one, other)) {
                assertThat(Caller.json(each.readEvent().data())
                                .at("/params/data")
                                .asString())
                        .isEqualTo("fire");
            }
            assertThat(rest(call)).last().matches(told -> told.has("result"));
        }
    }

    @Test
    void aCallThatIsCancelledEndsWithoutAResult() throws Exception {
        serve(NEVER);
        String session = session();
        try (RawSseClient call = call(session, STORY)) {
            assertThat(call.readEvent().data()).isEmpty();
            String cancelled = """
                    {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 7}}""";
            assertThat(statusOf("POST", session, cancelled)).isEqualTo(202);
            assertThat(rest(call)).isEmpty();
        }
    }

    @Test
    void aSessionThatIsDeletedEndsItsStreamAndIsNotFound() throws Exception {
        serve(FAST);
        String session = session();
        try (RawSseClient stream = listen(session)) {
            assertThat(statusOf("POST", session, PING)).isEqualTo(200);
            assertThat(statusOf("DELETE", session, "")).isEqualTo(204);
            assertThat(rest(stream)).isEmpty();
            assertThat(statusOf("POST", session, PING)).isEqualTo(404);
        }
    }

    @Test
    void aNewStreamOfASessionTakesThePlaceOfTheOneBefore() throws Exception {
        serve(FAST);
        String session = session();
        try (RawSseClient before = listen(session);
                RawSseClient now = listen(session);
                RawSseClient call = call(session, ALARM)) {
            assertThat(rest(before)).as("it has ended before").isEmpty();
            assertThat(Caller.json(now.readEvent().data()).at("/params/data").asString())
                    .isEqualTo("fire");
            assertThat(rest(call)).hasSize(1);
        }
    }

    @Test
    void aTextThatIsTooLongIsRefused() throws Exception {
        serve(FAST);
        assertThat(errorOf(session(), STORY.replace("a river", "x".repeat(1001))))
                .isEqualTo(-32602);
    }

    @Test
    void anIdThatIsInUseIsRefused() throws Exception {
        serve(NEVER);
        String session = session();
        try (RawSseClient call = call(session, STORY)) {
            assertThat(call.readEvent().data()).isEmpty();
            assertThat(errorOf(session, STORY)).isEqualTo(-32602);
        }
    }

    @Test
    void aCallIsCancelledByTheNotificationForItOnly() throws Exception {
        serve(FAST);
        String session = session();
        String other = """
                {"jsonrpc": "2.0", "method": "notifications/other", "params": {"requestId": 7}}""";
        try (RawSseClient call = call(session, STORY)) {
            assertThat(statusOf("POST", session, other)).isEqualTo(202);
            assertThat(rest(call)).last().matches(told -> told.has("result"));
        }
    }

    @Test
    void aVersionThatIsNotSpokenIsRefused() throws Exception {
        serve(FAST);
        String session = session() + "\r\nMCP-Protocol-Version: ";
        assertThat(statusOf("POST", session + "1999-01-01", PING)).isEqualTo(400);
        assertThat(statusOf("POST", session + "2025-06-18", PING)).isEqualTo(200);
    }

    private int errorOf(String session, String message) throws Exception {
        try (RawSseClient client = caller.connect()) {
            send(client, "POST", session, message);
            RawSseClient.Head head = client.readHead();
            String error = new String(client.readBytes(Integer.parseInt(head.header("content-length"))), UTF_8);
            return Caller.json(error).at("/error/code").asInt();
        }
    }

    @Test
    void aRequestWithoutASessionIsRefused() throws Exception {
        serve(FAST);
        assertThat(statusOf("POST", "", PING)).isEqualTo(400);
    }

    @Test
    void aCallThatIsResumedInAnotherSessionIsRefused() throws Exception {
        serve(FAST);
        try (RawSseClient call = call(session(), STORY)) {
            call.readEvent();
            String strange = session() + "\r\nLast-Event-ID: " + call.lastEventId();
            assertThat(statusOf("GET", strange, "")).isEqualTo(400);
        }
    }

    private String session() throws IOException {
        String initialize = """
                {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {"protocolVersion": "2025-11-25"}}""";
        try (RawSseClient client = caller.connect()) {
            send(client, "POST", "", initialize);
            return client.readHead().header("mcp-session-id");
        }
    }

    /** A session's own stream, once it is followed. */
    private RawSseClient listen(String session) throws IOException {
        RawSseClient stream = caller.follow(Mcp.PATH, "Mcp-Session-Id: " + session);
        assertThat(stream.readEvent().data()).isEmpty();
        return stream;
    }

    private RawSseClient call(String session, String message) throws IOException {
        RawSseClient client = caller.connect();
        send(client, "POST", session, message);
        assertThat(client.readHead().status()).isEqualTo(200);
        return client;
    }

    private int statusOf(String method, String session, String message) throws IOException {
        try (RawSseClient client = caller.connect()) {
            send(client, method, session, message);
            return client.readHead().status();
        }
    }

    private static void send(RawSseClient client, String method, String session, String message) throws IOException {
        String header = session.isEmpty() ? "" : "\r\nMcp-Session-Id: " + session;
        client.send(method + " " + Mcp.PATH + " HTTP/1.1\r\nHost: h" + header + "\r\nContent-Length: "
                + message.length() + "\r\n\r\n" + message);
    }

    private static List<JsonNode> rest(RawSseClient stream) throws IOException {
        List<JsonNode> messages = new ArrayList<>();
        for (Event event = stream.tryReadEvent(); event != null; event = stream.tryReadEvent()) {
            if (!event.data().isEmpty()) {
                messages.add(Caller.json(event.data()));
            }
        }
        return messages;
    }

    private static List<String> words(List<JsonNode> told) {
        return told.stream()
                .filter(message -> message.path("method").asString("").equals("notifications/progress"))
                .map(message -> message.at("/params/message").asString())
                .toList();
    }
}

package dev.freshet.examples;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.log.TopicState;
import dev.freshet.netty.SseEndpoint;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseRequest;
import dev.freshet.netty.SseServer;
import dev.freshet.netty.StreamOpening;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.RejectedExecutionHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tools for language models: the Model Context Protocol over Streamable HTTP. Thread-safe. */
final class Mcp implements AutoCloseable {
    static final String PATH = "/mcp";

    private static final JsonMapper JSON = new JsonMapper();
    private static final List<String> VERSIONS = List.of("2025-11-25", "2025-06-18", "2025-03-26");
    private static final int SESSIONS = 1000;
    private static final int CALLS = 64;
    private static final JsonNode TOOLS = JSON.readTree(
            """
            {"tools": [
                {"name": "tell_story", "description": "Tells a story, and its words as progress", "inputSchema": TEXT},
                {"name": "alarm", "description": "Tells all sessions of an emergency", "inputSchema": TEXT},
                {"name": "test_reconnection", "description": "Ends its stream before its result", "inputSchema": TEXT}]}
            """.replace("TEXT", "{\"type\": \"object\", \"properties\": {\"text\": {\"type\": \"string\"}}}"));

    private final Duration pace; // the time before each message of a call
    private final SseHub hub = SseHub.create();
    private int calls;

    /** Runs whatever reads or writes what is below. */
    private final DefaultEventExecutor pen = new DefaultEventExecutor(
            null, new DefaultThreadFactory("mcp", true), SESSIONS, RejectedExecutionHandlers.reject());

    /** Of each the topics of its calls, by the ids of their requests; the one that is out of use longest is first. */
    private final Map<String, Map<JsonNode, String>> sessions = new LinkedHashMap<>(16, 0.75f, true);

    Mcp(Duration pace) {
        this.pace = pace;
    }

    SseServer.Builder on(SseServer.Builder server) {
        SseEndpoint all = SseEndpoint.blocking(pen, this::handle);
        return server.origins().endpoint("POST", PATH, all).endpoint(PATH, all).endpoint("DELETE", PATH, all);
    }

    private SseReply handle(SseRequest request) {
        JsonNode message;
        try {
            message = JSON.readTree(request.body());
        } catch (JacksonException e) {
            return error(JSON.nullNode(), -32700, "body: malformed (expected: JSON)");
        }
        if (message.path("method").asString("").equals("initialize") && message.has("id")) {
            return initialize(message.get("id"), message.path("params").path("protocolVersion"));
        }
        String session = request.header("Mcp-Session-Id");
        String version = request.header("MCP-Protocol-Version");
        if (session == null || version != null && !VERSIONS.contains(version)) {
            return SseReply.refuse(400, "expected: Mcp-Session-Id, and MCP-Protocol-Version one of " + VERSIONS);
        }
        Map<JsonNode, String> running = sessions.get(session);
        if (running == null) {
            return SseReply.refuse(404, "no such session");
        }
        return switch (request.method()) {
            case "POST" -> take(session, running, message);
            case "DELETE" -> end(session, running);
            default -> follow(session, request.lastEventId());
        };
    }

    private SseReply initialize(JsonNode id, JsonNode version) {
        String session = UUID.randomUUID().toString();
        sessions.put(session, new LinkedHashMap<>());
        if (sessions.size() > SESSIONS) {
            String unused = sessions.keySet().iterator().next();
            end(unused, sessions.getOrDefault(unused, Map.of()));
        }
        // Not the oldest version, which has batches: a request that names none is taken for it.
        Object spoken = VERSIONS.get(VERSIONS.indexOf(version.asString("")) == 1 ? 1 : 0);
        Object result = Map.of(
                "protocolVersion", spoken,
                "serverInfo", Map.of("name", "freshet", "version", "0.1.0"),
                "capabilities", Map.of("tools", Map.of(), "logging", Map.of()));
        return SseReply.json(200, message("id", id, "result", result)).header("Mcp-Session-Id", session);
    }

    private SseReply take(String session, Map<JsonNode, String> running, JsonNode message) {
        JsonNode id = message.path("id");
        JsonNode params = message.path("params");
        String method = message.path("method").asString("");
        if (!message.path("jsonrpc").asString("").equals("2.0")) {
            return error(JSON.nullNode(), -32600, "jsonrpc: none (expected: one message of 2.0)");
        }
        if (id.isMissingNode() || method.isEmpty()) { // a notification, or an answer
            JsonNode asked = params.path("requestId");
            String cancelled = method.equals("notifications/cancelled") ? running.remove(asked) : null;
            if (cancelled != null) {
                hub.remove(cancelled);
            }
            return SseReply.answer(202);
        }
        return switch (method) {
            case "ping", "logging/setLevel" -> SseReply.json(200, message("id", id, "result", Map.of()));
            case "tools/list" -> SseReply.stream(List.of(SseEvent.json(message("id", id, "result", TOOLS))));
            case "tools/call" -> call(session, running, id, params);
            default -> error(id, -32601, "method: unknown");
        };
    }

    private SseReply call(String session, Map<JsonNode, String> running, JsonNode id, JsonNode params) {
        String tool = params.path("name").asString("");
        if (!TOOLS.findValuesAsString("name").contains(tool) || running.containsKey(id) || running.size() == CALLS) {
            return error(id, -32602, "params: no such tool, id in use, or too many calls");
        }
        String text = params.path("arguments").path("text").asString("");
        List<String> words = tool.equals("tell_story") ? Storyteller.answer(text) : List.of("Done.");
        if (tool.equals("alarm")) {
            Object told = Map.of("level", "emergency", "data", text); // which is above every level that a client sets
            Object emergency = message("method", "notifications/message", "params", told);
            sessions.keySet().forEach(each -> hub.publish(each, SseEvent.json(emergency)));
        }
        String topic = session + "/" + ++calls;
        running.put(id, topic);
        JsonNode token = params.path("_meta").path("progressToken");
        for (int i = 1; i <= words.size() && !token.isMissingNode(); i++) {
            Object progress = Map.of("progressToken", token, "progress", i, "message", words.get(i - 1));
            SseEvent.Builder event = event(i).json(message("method", "notifications/progress", "params", progress));
            tell(i, () -> running.containsValue(topic) ? hub.publish(topic, event.build()) : null);
        }
        Object result = Map.of("content", List.of(Map.of("type", "text", "text", String.join("", words))));
        SseEvent.Builder last = event(words.size() + 1).json(message("id", id, "result", result));
        tell(words.size(), () -> running.values().remove(topic) ? hub.complete(topic, last.build()) : null);
        SseEvent opening = event(0).data("").retry(Duration.ofMillis(200)).build();
        hub.publish(topic, opening);
        return tool.equals("test_reconnection")
                ? SseReply.stream(List.of(opening))
                : SseReply.subscribe(hub, topic).fromEarliest().opening(StreamOpening.NONE);
    }

    /** Its id names the call, too: what a client comes back with tells on which stream it goes on. */
    private SseEvent.Builder event(int number) {
        return SseEvent.builder().id(calls + "/" + number);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it ends with the pen
    private void tell(int after, Callable<@Nullable Object> message) {
        pen.schedule(message, pace.multipliedBy(after).toNanos(), TimeUnit.NANOSECONDS);
    }

    private SseReply follow(String session, @Nullable String lastEventId) {
        if (lastEventId != null && lastEventId.matches("\\d{1,9}/\\d{1,9}")) {
            String topic = session + "/" + lastEventId.substring(0, lastEventId.indexOf('/'));
            return hub.state(topic) == TopicState.UNKNOWN
                    ? SseReply.refuse(400, "Last-Event-ID: no such stream")
                    : SseReply.subscribe(hub, topic).opening(StreamOpening.NONE);
        }
        return hub.topic(session).followers() > 0
                ? SseReply.refuse(409, "stream: open (expected: one alone, for no message is told twice)")
                : SseReply.subscribe(hub, session).opening(StreamOpening.NONE).snapshot(() -> List.of(SseEvent.of("")));
    }

    private SseReply end(String session, Map<JsonNode, String> running) {
        running.values().forEach(hub::remove);
        running.clear();
        sessions.remove(session);
        hub.remove(session);
        return SseReply.stop();
    }

    private static SseReply error(JsonNode id, int code, String why) {
        return SseReply.json(id.isNull() ? 400 : 200, message("id", id, "error", Map.of("code", code, "message", why)));
    }

    private static Object message(String name, Object value, String content, Object of) {
        return Map.of("jsonrpc", "2.0", name, value, content, of);
    }

    @Override
    public void close() {
        pen.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        hub.close();
    }
}

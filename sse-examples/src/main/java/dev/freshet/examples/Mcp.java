package dev.freshet.examples;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.log.TopicState;
import dev.freshet.netty.Limits;
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
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server of tools for language models: the Model Context Protocol over Streamable HTTP. Thread-safe. */
final class Mcp implements AutoCloseable {
    static final String PATH = "/mcp";
    private static final JsonMapper JSON = new JsonMapper();
    private static final List<String> VERSIONS = List.of("2025-11-25", "2025-06-18", "2025-03-26");
    private static final int SESSIONS = 1000;
    private static final int CALLS = 64;
    private static final int LONGEST = 1000;
    private static final JsonNode TOOLS = JSON.readTree(
            """
            {"tools": [{"name": "tell_story", "description": "Tells a story, and its words as progress", "inputSchema": TEXT},
                {"name": "alarm", "description": "Tells all sessions of an emergency", "inputSchema": TEXT},
                {"name": "test_reconnection", "description": "Ends its stream before its result", "inputSchema": TEXT}]}
            """.replace("TEXT", "{\"type\": \"object\", \"properties\": {\"text\": {\"type\": \"string\"}}}"));
    private final Duration pace; // the time before each message of a call
    private final SseHub hub = SseHub.create();
    private final DefaultEventExecutor pen = new DefaultEventExecutor(
            null, new DefaultThreadFactory("mcp", true), SESSIONS, RejectedExecutionHandlers.reject());
    private int calls; // read and written on the thread of the pen only, as the sessions are
    /** The sessions, the least recently used first, each with its calls by the ids of their requests. */
    private final Map<String, Map<JsonNode, Call>> sessions = new LinkedHashMap<>(16, 0.75f, true);

    Mcp(Duration pace) {
        this.pace = pace;
    }

    SseServer.Builder on(SseServer.Builder server) {
        SseEndpoint all = SseEndpoint.blocking(pen, this::handle);
        server.limits(Limits.builder().connectionsPerKey(1).evictOldest().build()); // a session has one stream
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
        Map<JsonNode, Call> running = sessions.get(session);
        if (session == null || running == null || !VERSIONS.containsAll(request.headerAll("MCP-Protocol-Version"))) {
            String expected = "expected: the Mcp-Session-Id of a session, MCP-Protocol-Version in " + VERSIONS;
            return SseReply.refuse(session == null || running != null ? 400 : 404, expected);
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
            Map.Entry<String, Map<JsonNode, Call>> unused =
                    sessions.entrySet().iterator().next();
            end(unused.getKey(), unused.getValue());
        }
        Object spoken = VERSIONS.get(VERSIONS.indexOf(version.asString("")) == 1 ? 1 : 0); // the oldest has batches
        Object server = Map.of("name", "freshet", "version", "0.1.0");
        Object capabilities = Map.of("tools", Map.of(), "logging", Map.of());
        Object result = Map.of("protocolVersion", spoken, "serverInfo", server, "capabilities", capabilities);
        return SseReply.json(200, message("id", id, "result", result)).header("Mcp-Session-Id", session);
    }

    private SseReply take(String session, Map<JsonNode, Call> running, JsonNode message) {
        JsonNode id = message.path("id");
        JsonNode params = message.path("params");
        String method = message.path("method").asString("");
        if (!message.path("jsonrpc").asString("").equals("2.0")) {
            return error(JSON.nullNode(), -32600, "jsonrpc: none (expected: one message of 2.0)");
        }
        if (id.isMissingNode() || method.isEmpty()) { // a notification or a response
            JsonNode asked = method.equals("notifications/cancelled") ? params.path("requestId") : JSON.missingNode();
            Stream.ofNullable(running.remove(asked)).forEach(cancelled -> hub.remove(cancelled.topic()));
            return SseReply.answer(202);
        }
        return switch (method) {
            case "ping", "logging/setLevel" -> SseReply.json(200, message("id", id, "result", Map.of()));
            case "tools/list" -> SseReply.stream(List.of(SseEvent.json(message("id", id, "result", TOOLS))));
            case "tools/call" -> call(session, running, id, params);
            default -> error(id, -32601, "method: unknown");
        };
    }

    private SseReply call(String session, Map<JsonNode, Call> running, JsonNode id, JsonNode params) {
        String tool = params.path("name").asString("");
        String text = params.path("arguments").path("text").asString("");
        boolean isTool = TOOLS.findValuesAsString("name").contains(tool);
        if (!isTool || text.length() > LONGEST || running.containsKey(id) || running.size() == CALLS) {
            return error(id, -32602, "params: no such tool, text too long, id in use, or too many calls");
        }
        List<String> words = tool.equals("tell_story") ? Storyteller.answer(text) : List.of("Done.");
        if (tool.equals("alarm")) {
            Object alarm = Map.of("level", "emergency", "data", text); // above every level that a client can set
            SseEvent emergency = SseEvent.json(message("method", "notifications/message", "params", alarm));
            sessions.keySet().forEach(each -> hub.publish(each, emergency));
        }
        Object result = Map.of("content", List.of(Map.of("type", "text", "text", String.join("", words))));
        JsonNode token = params.path("_meta").path("progressToken");
        int number = ++calls;
        Call call = new Call(session + "/" + number, number, words, token, message("id", id, "result", result));
        running.put(id, call);
        publishNext(running, call, token.isMissingNode() ? words.size() : 0);
        SseEvent.Builder empty = SseEvent.builder().id(number + "/0").data("");
        SseEvent opening = empty.retry(Duration.ofMillis(200)).build();
        hub.publish(call.topic(), opening);
        return tool.equals("test_reconnection")
                ? SseReply.stream(List.of(opening))
                : SseReply.subscribe(hub, call.topic()).fromEarliest().opening(StreamOpening.NONE);
    }

    private void publishNext(Map<JsonNode, Call> running, Call call, int sent) {
        Runnable next = () -> {
            if (sent < call.words().size() && running.containsValue(call)) {
                hub.publish(call.topic(), call.message(sent + 1));
                publishNext(running, call, sent + 1);
            } else if (running.values().remove(call)) {
                hub.complete(call.topic(), call.message(sent + 1));
            }
        };
        Object ignored = pen.schedule(next, pace.toNanos(), TimeUnit.NANOSECONDS);
    }

    private SseReply follow(String session, @Nullable String lastEventId) {
        if (lastEventId != null && lastEventId.matches("\\d{1,9}/\\d{1,9}")) {
            String topic = session + "/" + lastEventId.substring(0, lastEventId.indexOf('/'));
            return hub.state(topic) == TopicState.UNKNOWN
                    ? SseReply.refuse(400, "Last-Event-ID: no such stream")
                    : SseReply.subscribe(hub, topic).opening(StreamOpening.NONE);
        }
        SseReply.Subscribe own = SseReply.subscribe(hub, session).key(session).opening(StreamOpening.NONE);
        return own.snapshot(() -> List.of(SseEvent.of("")));
    }

    private SseReply end(String session, Map<JsonNode, Call> running) {
        running.values().forEach(call -> hub.remove(call.topic()));
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

    /** A call of a tool: the words of its progress, the client's token for it, which may be missing, and its result. */
    private record Call(String topic, int number, List<String> words, JsonNode token, Object result) {
        SseEvent message(int of) {
            Object told = result;
            if (of <= words.size()) {
                Object progress = Map.of("progressToken", token, "progress", of, "message", words.get(of - 1));
                told = Mcp.message("method", "notifications/progress", "params", progress);
            }
            return SseEvent.builder().id(number + "/" + of).json(told).build(); // by the id the stream is resumed
        }
    }
}

package dev.freshet.examples;

import dev.freshet.event.SseEvent;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A call of a tool.
 *
 * @param words what it tells as progress
 * @param token of the client, for its progress; a missing node where it wants none
 * @param result its last message
 */
record McpCall(String session, int number, List<String> words, JsonNode token, Object result) {
    String topic() {
        return session + "/" + number;
    }

    /** Its id names the call, too: what a client comes back with tells on which stream it goes on. */
    SseEvent.Builder event(int of) {
        return SseEvent.builder().id(number + "/" + of);
    }

    /** The progress by that word, or behind the last the result. */
    SseEvent message(int of) {
        return event(of).json(of > words.size() ? result : progress(of)).build();
    }

    private Object progress(int of) {
        Map<String, Object> params = Map.of("progressToken", token, "progress", of, "message", words.get(of - 1));
        return Mcp.message("method", "notifications/progress", "params", params);
    }
}

package dev.freshet.examples;

import dev.freshet.event.SseEvent;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A call of a tool.
 *
 * @param words the messages of its progress
 * @param token the progress token of the client; a missing node if it requests no progress
 * @param result its last message
 */
record McpCall(String session, int number, List<String> words, JsonNode token, Object result) {
    String topic() {
        return session + "/" + number;
    }

    /**
     * Returns a builder of an event. Its id contains the call, so that a Last-Event-ID identifies the stream to resume.
     */
    SseEvent.Builder event(int of) {
        return SseEvent.builder().id(number + "/" + of);
    }

    /** Returns the progress message of a word, or after the last word the result. */
    SseEvent message(int of) {
        return event(of).json(of > words.size() ? result : progress(of)).build();
    }

    private Object progress(int of) {
        Map<String, Object> params = Map.of("progressToken", token, "progress", of, "message", words.get(of - 1));
        return Mcp.message("method", "notifications/progress", "params", params);
    }
}

package dev.freshet.examples;

import dev.freshet.event.SseEvent;
import dev.freshet.netty.HttpAnswer;
import dev.freshet.netty.SseEmitter;
import dev.freshet.netty.SseEndpoint;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The endpoint of OpenAI's chat completions, complete or streamed, of a made-up model. Thread-safe. */
final class ChatCompletions implements SseEndpoint {
    static final String PATH = "/v1/chat/completions";

    private static final JsonMapper JSON = new JsonMapper();
    static final String BAD_REQUEST = "invalid_request_error";

    private final ThreadPoolExecutor streams;
    private final Duration pace;

    /**
     * Creates the endpoint. A request for a stream is rejected with 429 if {@code streams} has no free thread; {@code
     * pace} is the time between two tokens.
     */
    ChatCompletions(ThreadPoolExecutor streams, Duration pace) {
        this.streams = streams;
        this.pace = pace;
    }

    /** Creates the executor of at most so many streams at once. */
    static ThreadPoolExecutor streams(int most) {
        return new ThreadPoolExecutor(0, most, 10, TimeUnit.SECONDS, new SynchronousQueue<>());
    }

    /** Rejects a request without a key before its body is read. */
    @Override
    public @Nullable SseReply head(SseRequest request) {
        String given = request.header("Authorization");
        return given != null && given.matches("(?i:Bearer) +sk-.*")
                ? null
                : error(401, BAD_REQUEST, "invalid_api_key", "key: unknown (expected: sk-...)")
                        .header("WWW-Authenticate", "Bearer");
    }

    @Override
    public SseReply handle(SseRequest request) {
        JsonNode asked;
        try {
            asked = JSON.readTree(request.body());
        } catch (JacksonException e) {
            return error(400, BAD_REQUEST, null, "body: malformed (expected: JSON)");
        }
        JsonNode messages = asked.path("messages");
        JsonNode content = messages.path(messages.size() - 1).path("content"); // a string, or a list of parts
        String prompt = content.asString(String.join("", content.findValuesAsString("text")));
        if (prompt.isEmpty()) {
            return error(400, BAD_REQUEST, null, "messages: no text in the last (expected: a prompt)");
        }
        Completion completion = new Completion(UUID.randomUUID(), Instant.now().getEpochSecond());
        List<String> tokens = Storyteller.answer(prompt);
        if (!asked.path("stream").asBoolean(false)) {
            ObjectNode message = text("role", "assistant").put("content", String.join("", tokens));
            return SseReply.json(200, completion.with("chat.completion", "message", message, "stop"));
        }
        if (streams.getActiveCount() == streams.getMaximumPoolSize()) {
            return error(429, "requests", "rate_limit_exceeded", "streams: too many (expected: one less)")
                    .header("Retry-After", "1");
        }
        return SseReply.stream(streams, emitter -> write(completion, tokens, emitter))
                .onFailure(failure -> SseEvent.json(errorOf("server_error", null, "the stream failed")));
    }

    /** Writes a stream. If the client disconnects, the thread is interrupted, which ends the generation. */
    private void write(Completion completion, List<String> tokens, SseEmitter emitter) throws Exception {
        emitter.send(completion.chunk(text("role", "assistant"), null));
        for (String token : tokens) {
            emitter.send(completion.chunk(text("content", token), null));
            TimeUnit.NANOSECONDS.sleep(pace.toNanos());
        }
        emitter.send(completion.chunk(JSON.createObjectNode(), "stop"));
        emitter.send(SseEvent.of("[DONE]"));
    }

    private record Completion(UUID id, long created) {
        SseEvent chunk(ObjectNode delta, @Nullable String finish) {
            return SseEvent.json(with("chat.completion.chunk", "delta", delta, finish));
        }

        ObjectNode with(String object, String part, ObjectNode content, @Nullable String finish) {
            ObjectNode all = text("id", "chatcmpl-" + id).put("object", object).put("model", "storyteller");
            ObjectNode choice = all.put("created", created).putArray("choices").addObject();
            choice.put("index", 0).put("finish_reason", finish).set(part, content);
            return all;
        }
    }

    static HttpAnswer error(int status, String type, @Nullable String code, String message) {
        return SseReply.json(status, errorOf(type, code, message));
    }

    private static ObjectNode errorOf(String type, @Nullable String code, String message) {
        ObjectNode error = text("message", message).put("type", type).put("code", code);
        return JSON.createObjectNode().set("error", error.putNull("param"));
    }

    private static ObjectNode text(String name, String value) {
        return JSON.createObjectNode().put(name, value);
    }
}

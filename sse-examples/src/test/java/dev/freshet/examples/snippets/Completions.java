package dev.freshet.examples.snippets;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.freshet.event.SseEvent;
import dev.freshet.examples.snippets.Application.Tokenizer;
import dev.freshet.hub.SseHub;
import dev.freshet.log.TopicStartedException;
import dev.freshet.netty.SseEndpoint;
import dev.freshet.netty.SseGeneration;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseRequest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** OpenAI's chat completions that a repeated request resumes. Thread-safe. */
record Completions(SseHub hub, Tokenizer model, Executor executor) implements SseEndpoint {
    private static final Logger logger = LoggerFactory.getLogger(Completions.class);

    @Override
    public SseReply handle(SseRequest request) {
        String key = request.header("Idempotency-Key"); // random: who has it can read the answer
        if (key == null || !key.matches("[A-Za-z0-9_-]{22,64}")) {
            return SseReply.refuse(400, "Idempotency-Key: missing or malformed");
        }
        SseGeneration answer;
        try {
            answer = SseGeneration.start(hub, "completions/" + key);
        } catch (TopicStartedException e) { // the POST again: what follows its Last-Event-ID, or all
            return SseGeneration.follow(hub, "completions/" + key, request);
        }
        answer.run(executor, () -> write(answer, request.bodyText()));
        return answer.follow(request);
    }

    private void write(SseGeneration answer, String asked) {
        Chunk empty = new Chunk("chatcmpl-" + UUID.randomUUID(), Instant.now().getEpochSecond(), List.of());
        try {
            publish(answer, empty.with(Map.of("role", "assistant"), null));
            for (String token : model.tokens(asked)) {
                publish(answer, empty.with(Map.of("content", token), null));
            }
            publish(answer, empty.with(Map.of(), "stop"));
            answer.complete(SseEvent.of("[DONE]"));
        } catch (RuntimeException e) { // of the model, or of a store that did not keep a chunk
            logger.warn("{} failed", answer.topic(), e);
            answer.complete(SseEvent.json(Map.of("error", Map.of("message", "the answer failed"))));
        }
    }

    private static void publish(SseGeneration answer, Chunk chunk) {
        answer.publish(SseEvent.json(chunk)).toCompletableFuture().join(); // a hub in memory has it at once
    }

    record Chunk(String id, long created, List<Choice> choices) {
        public String getObject() {
            return "chat.completion.chunk";
        }

        public String getModel() {
            return "yours";
        }

        Chunk with(Map<String, String> delta, @Nullable String finish) {
            return new Chunk(id, created, List.of(new Choice(0, delta, finish)));
        }
    }

    record Choice(
            int index,
            Map<String, String> delta,
            @JsonProperty("finish_reason") @Nullable String finish) {}
}

package dev.freshet.examples.snippets;

import dev.freshet.event.SseEvent;
import dev.freshet.examples.snippets.Application.Model;
import dev.freshet.examples.snippets.Application.Tokenizer;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseEndpoint;
import dev.freshet.netty.SseGeneration;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseServer;
import dev.freshet.store.EventStore;
import java.time.Duration;
import java.util.concurrent.Executor;

/** The guide to answers of language models. */
final class StreamSnippets {
    private StreamSnippets() {}

    static void publisher(SseServer.Builder server, Model model) {
        server.endpoint("POST", "/answers", request -> SseReply.stream(model.answer(request.bodyText())));
    }

    static SseServer.Builder blocking(Tokenizer model, Executor executor) {
        SseEndpoint answers = request -> SseReply.stream(executor, emitter -> {
            for (String token : model.tokens(request.bodyText())) {
                emitter.send(SseEvent.of("token", token)); // waits for the client; fails once it has gone
            }
            emitter.send(SseEvent.of("[DONE]")); // the answer is whole
        });
        SseServer.Builder builder = SseServer.builder().endpoint("POST", "/answers", answers);
        return builder;
    }

    static SseHub generations(SseHub hub, Tokenizer model, String id, String prompt, Executor executor) {
        SseGeneration answer = SseGeneration.start(hub, "answers/" + id);
        // Complete where the code returns, failed where it throws.
        answer.run(executor, () -> {
            for (String token : model.tokens(prompt)) {
                answer.publish(SseEvent.of("token", token));
            }
        });
        return hub;
    }

    static void follow(SseServer.Builder server, SseHub hub) {
        server.endpoint(
                "/answers/{id}",
                request -> SseGeneration.follow(hub, "answers/" + request.pathParameter("id"), request));
    }

    static SseHub lease(EventStore store) {
        SseHub hub = SseHub.builder()
                .store(store)
                .lease("answers/*", Duration.ofSeconds(30), SseGeneration.FAILED)
                .build();
        return hub;
    }
}

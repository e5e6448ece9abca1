package dev.freshet.examples.snippets;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** What the shown code takes for granted of the application around it. */
final class Application {
    record Tick(String symbol, double price) {}

    /** A user, and what it may follow. */
    record User(String name, String tenant, List<String> topics, Instant expiry, EventId joinedAt) {}

    interface Users {
        /** Finds the user of an {@code Authorization} header; null for nobody. */
        CompletionStage<@Nullable User> find(@Nullable String authorization);
    }

    interface Tokens {
        boolean isValid(@Nullable String authorization);
    }

    interface Hubs {
        SseHub of(String tenant);
    }

    /** A model that answers with events, which a client's pace holds back. */
    interface Model {
        Flow.Publisher<SseEvent> answer(String prompt);

        String whole(String prompt);
    }

    /** A model whose tokens are taken one by one, by code that may block. */
    interface Tokenizer {
        Iterable<String> tokens(String prompt);
    }

    interface Book {
        List<Application.Tick> now();
    }

    private Application() {}
}

package dev.freshet.netty;

import java.util.Objects;
import java.util.function.BiFunction;

/** Refusals as the application writes them: {@link SseHandler.Builder#refusals}. */
final class ResponseRefusals {
    private ResponseRefusals() {}

    /** Returns the answer as the application writes it, where it is a refusal and there is a writer. */
    static HttpAnswer written(HttpAnswer answer, Engine engine) {
        BiFunction<Integer, String, HttpAnswer> writer = engine.options().refusals();
        if (answer.reason() == null || writer == null) {
            return answer;
        }
        long began = engine.holds().begin();
        try {
            return answer.writtenAs(Objects.requireNonNull(writer.apply(answer.status(), answer.reason()), "refusal"));
        } catch (Throwable e) {
            Log.warn("refusal {} was not written", answer.status(), e);
            engine.faults().doubt(e);
            return answer;
        } finally {
            engine.holds().end(began, "refusals", answer.status());
        }
    }
}

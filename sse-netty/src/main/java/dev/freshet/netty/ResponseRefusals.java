package dev.freshet.netty;

import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Refusals as the application writes them: {@link SseHandler.Builder#refusals}. Thread-safe.
 *
 * @param writer the application's, or null
 */
record ResponseRefusals(
        @Nullable BiFunction<Integer, String, HttpAnswer> writer, EventLoopHoldWatch holds, Faults faults) {
    /** Returns the answer as the application writes it, where it is a refusal and there is a writer. On an event loop. */
    HttpAnswer written(HttpAnswer answer) {
        if (answer.reason() == null || writer == null) {
            return answer;
        }
        long began = holds.begin();
        try {
            return answer.writtenAs(Objects.requireNonNull(writer.apply(answer.status(), answer.reason()), "refusal"));
        } catch (Throwable e) {
            Log.warn("refusal {} was not written", answer.status(), e);
            faults.doubt(e);
            return answer;
        } finally {
            holds.end(began, "refusals", answer.status());
        }
    }
}

package dev.freshet.netty;

import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The form of refusals: {@link SseHandler.Builder#refusals}. Thread-safe.
 *
 * @param writer the application's writer, or null
 */
record ResponseRefusals(
        @Nullable BiFunction<Integer, String, HttpAnswer> writer, EventLoopHoldWatch holds, Faults faults) {
    /**
     * Returns a refusal in the application's form; any other answer, and a refusal without a writer or if it fails,
     * unchanged. Called on an event loop.
     */
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

package dev.freshet.examples;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An alarm at a threshold of one metric. It is raised at the threshold, and cleared only well below it, so that a value
 * that varies around the threshold causes one alert, not many. Confined to the thread that measures.
 */
final class Alarm {

    /** The share of the threshold below which a value clears the alarm. */
    private static final double SLACK = 0.8;

    private final String metric;
    private final String title;
    private final double threshold;
    private @Nullable Alert raised;

    /**
     * Creates an alarm that is not raised.
     *
     * @param title the metric, as the subject of a sentence
     * @param threshold a share, above 0 and at most 1
     */
    Alarm(String metric, String title, double threshold) {
        if (!(threshold > 0 && threshold <= 1)) {
            throw new IllegalArgumentException("threshold: " + threshold + " (expected: above 0, at most 1)");
        }
        this.metric = metric;
        this.title = title;
        this.threshold = threshold;
    }

    /** Checks a value. Returns the alert that it causes, or null if it causes none. */
    @Nullable
    Alert check(double value, Instant now) {
        if (raised == null && value >= threshold) {
            raised = alert("raised", value, now);
            return raised;
        }
        if (raised != null && value < threshold * SLACK) {
            raised = null;
            return alert("cleared", value, now);
        }
        return null;
    }

    /** Returns the alert that was raised and is not cleared, or null. */
    @Nullable
    Alert raised() {
        return raised;
    }

    private Alert alert(String state, double value, Instant now) {
        String format = state.equals("raised")
                ? "%s is at %.0f\u00a0%%, over its threshold of %.0f\u00a0%%"
                : "%s is back at %.0f\u00a0%%";
        String message = String.format(Locale.ROOT, format, title, value * 100, threshold * 100);
        return new Alert(now, metric, state, value, threshold, message);
    }

    /**
     * An alert: a threshold was crossed.
     *
     * @param state {@code raised} or {@code cleared}
     */
    record Alert(Instant timestamp, String metric, String state, double value, double threshold, String message) {}
}

package dev.freshet.examples;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One threshold on one metric. It is raised at the threshold and cleared only well below it, so that a value that wavers
 * around the threshold is one alert and not many. Confined to the thread that measures.
 */
final class Alarm {

    /** How far below its threshold, as a share of it, a value must fall until the alarm is cleared. */
    private static final double SLACK = 0.8;

    private final String metric;
    private final String title;
    private final double threshold;
    private @Nullable Alert raised;

    /**
     * An alarm that is not raised.
     *
     * @param title the metric as a sentence begins with it
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

    /** The alert that this value brings about, or null where it changes nothing. */
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

    /** The alert that stands, or null. */
    @Nullable
    Alert raised() {
        return raised;
    }

    private Alert alert(String state, double value, Instant now) {
        String words = state.equals("raised")
                ? "%s is at %.0f\u00a0%%, over its threshold of %.0f\u00a0%%"
                : "%s is back at %.0f\u00a0%%";
        String message = String.format(Locale.ROOT, words, title, value * 100, threshold * 100);
        return new Alert(now, metric, state, value, threshold, message);
    }

    /**
     * A threshold that was crossed.
     *
     * @param state {@code raised} or {@code cleared}
     */
    record Alert(Instant timestamp, String metric, String state, double value, double threshold, String message) {}
}

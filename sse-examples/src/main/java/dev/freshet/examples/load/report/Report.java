package dev.freshet.examples.load.report;

import java.util.List;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What came of a run. Immutable; what could not be known is null.
 *
 * @param scenario what kind of run
 * @param url what was subscribed to; several with commas between
 * @param connections how many streams
 * @param events how many events were to be published
 * @param size bytes of data in each
 * @param connect the beginning
 * @param publish the events, as far as their publisher saw them
 * @param deliveries the events, as far as the streams saw them
 * @param latencyMicros from when an event was due to its arrival, and in a burst all are due at its start; where
 *     clients come back, from connecting to the last missed event
 * @param cpu processor time
 * @param memory the server's memory
 * @param replay what only a reconnect has
 * @param stuck what only a run with stuck connections has
 * @param notes what must be known to read the rest
 * @param problems what is wrong, in words
 * @param exitCode what they amount to
 */
public record Report(
        String scenario,
        String url,
        int connections,
        int events,
        int size,
        Connect connect,
        @Nullable Publish publish,
        @Nullable Deliveries deliveries,
        @Nullable Latency latencyMicros,
        @Nullable Cost cpu,
        @Nullable Memory memory,
        @Nullable Replay replay,
        @Nullable Stuck stuck,
        List<String> notes,
        List<String> problems,
        int exitCode) {

    /** All well. */
    public static final int WELL = 0;

    /** Nothing was measured that could be judged. */
    public static final int NOT_RUN = 2;

    /** Events or streams were lost. */
    public static final int NOT_WELL = 3;

    /** How the streams were opened. */
    public record Connect(
            double seconds, double perSecond, @Nullable Double serverCpuMicros) {}

    /**
     * What was published.
     *
     * @param unanswered events that were sent and have no answer
     * @param reopened how often a lost connection was opened anew
     * @param failedConnects how often that failed
     * @param resent events that were sent again, because the connection was lost before their answer
     * @param lagMaxMicros how late the latest event was written, at a rate
     */
    public record Publish(
            int sent,
            int answered,
            int refused,
            int lastRefusal,
            int unanswered,
            int reopened,
            int failedConnects,
            int resent,
            double seconds,
            double lagMaxMicros) {

        /** By two that published at the same time. */
        public Publish plus(Publish other) {
            return new Publish(
                    sent + other.sent,
                    answered + other.answered,
                    refused + other.refused,
                    lastRefusal == 0 ? other.lastRefusal : lastRefusal,
                    unanswered + other.unanswered,
                    reopened + other.reopened,
                    failedConnects + other.failedConnects,
                    resent + other.resent,
                    Math.max(seconds, other.seconds),
                    Math.max(lagMaxMicros, other.lagMaxMicros));
        }
    }

    /**
     * What was delivered.
     *
     * @param reordered events that came after a later one of the same publisher
     * @param disordered events that came after one that came later to another stream
     */
    public record Deliveries(
            long expected,
            long received,
            long lost,
            long doubled,
            long reordered,
            long disordered,
            long foreign,
            int closedByServer,
            double seconds,
            double perSecond) {}

    /** Percentiles. */
    public record Latency(double p50, double p90, double p99, double p999, double max) {

        /** Null where nothing was measured. */
        public static @Nullable Latency of(Histogram nanos) {
            return nanos.getTotalCount() == 0
                    ? null
                    : new Latency(
                            nanos.getValueAtPercentile(50) / 1e3,
                            nanos.getValueAtPercentile(90) / 1e3,
                            nanos.getValueAtPercentile(99) / 1e3,
                            nanos.getValueAtPercentile(99.9) / 1e3,
                            nanos.getMaxValue() / 1e3);
        }
    }

    /** Microseconds of processor time for each delivery; the client's own too, since it takes from the same machine. */
    public record Cost(
            @Nullable Double serverPerDelivery,
            @Nullable Double serverUserPerDelivery,
            @Nullable Double serverSystemPerDelivery,
            @Nullable Double clientPerDelivery) {}

    /** Bytes; what lives on the heap is asked of a JVM, with idle connections only. */
    public record Memory(
            long residentBefore,
            long residentConnected,
            @Nullable Long residentAfter,
            double residentPerConnection,
            @Nullable Long liveHeapBefore,
            @Nullable Long liveHeapConnected,
            @Nullable Double liveHeapPerConnection) {}

    /**
     * A reconnect beside as many connections that have missed nothing, by turns; all are medians but the least and the
     * most.
     *
     * @param waves how often all came back with events missed; so often and once more they came with nothing missed
     * @param serverCpuMicrosPerEventNet the difference; null where it is not known or below 0
     * @param leastNet by the wave that cost least more than those before and after it
     * @param mostNet by the one that cost most
     * @param withinNoise whether the difference is below 0, which is the noise of the measurement
     */
    public record Replay(
            int waves,
            double plainConnectsPerSecond,
            @Nullable Double plainServerCpuMicrosPerConnect,
            @Nullable Double serverCpuMicrosPerEvent,
            @Nullable Double serverCpuMicrosPerEventNet,
            @Nullable Double leastNet,
            @Nullable Double mostNet,
            boolean withinNoise) {}

    /**
     * Connections that stopped to read while was measured, and then read on.
     *
     * @param connections how many
     * @param bytesPerConnection of data that each was to get
     * @param residentGrowth what the server's memory grew by while they did not read
     * @param caughtUp how many got all in the end
     * @param closedByServer how many of the others the server had closed
     * @param behind how many of them stayed open and have not got all
     * @param received what all of them got
     */
    public record Stuck(
            int connections,
            long bytesPerConnection,
            @Nullable Long residentGrowth,
            int caughtUp,
            int closedByServer,
            int behind,
            long received,
            long doubled,
            long reordered,
            long disordered) {}
}

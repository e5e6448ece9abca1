package dev.freshet.examples.load.client;

import dev.freshet.examples.load.report.Report.Compression;
import dev.freshet.examples.load.report.Report.Deliveries;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The result of all streams of a fleet.
 *
 * @param expected how many events the streams that are not stuck were to receive
 * @param received how many of them they received
 * @param lost how many they did not
 * @param doubled how many were received again, although they were sent once
 * @param sentTwice how many were received again that were sent more than once
 * @param reordered how many were received after a later one of the same publisher
 * @param disordered how many were received after one that another stream received later
 * @param foreign how many were not of this run
 * @param closed how many of the streams the server closed
 * @param stuck the stuck streams
 * @param latency of the events received
 * @param compression of the streams, if it was asked for
 */
public record Tally(
        long expected,
        long received,
        long lost,
        long doubled,
        long sentTwice,
        long reordered,
        long disordered,
        long foreign,
        int closed,
        Stuck stuck,
        Histogram latency,
        @Nullable Compression compression) {

    /** Returns the result of no stream. */
    public static Tally none() {
        return new Tally(0, 0, 0, 0, 0, 0, 0, 0, 0, new Stuck(0, 0, 0, 0, 0, 0, 0), new Histogram(3), null);
    }

    /** Returns the sum of two results without stuck streams. */
    public Tally plus(Tally other) {
        Histogram both = latency.copy();
        both.add(other.latency);
        return new Tally(
                expected + other.expected,
                received + other.received,
                lost + other.lost,
                doubled + other.doubled,
                sentTwice + other.sentTwice,
                reordered + other.reordered,
                disordered + other.disordered,
                foreign + other.foreign,
                closed + other.closed,
                stuck,
                both,
                compression == null ? other.compression : compression.plus(other.compression));
    }

    /** Returns the deliveries to the streams that are not stuck, in so many seconds. */
    public Deliveries deliveries(double seconds) {
        return new Deliveries(
                expected,
                received,
                lost,
                doubled,
                reordered,
                disordered,
                foreign,
                closed,
                seconds,
                seconds == 0 ? 0 : received / seconds);
    }

    /**
     * The streams that did not read for a while.
     *
     * @param caughtUp how many of them received every event in the end
     * @param closed how many of the others the server had closed
     * @param behind how many of them are open and have not received every event
     * @param received how many events they received
     */
    public record Stuck(
            int caughtUp, int closed, int behind, long received, long doubled, long reordered, long disordered) {}
}

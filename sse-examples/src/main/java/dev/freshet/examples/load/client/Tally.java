package dev.freshet.examples.load.client;

import dev.freshet.examples.load.report.Report.Deliveries;
import org.HdrHistogram.Histogram;

/**
 * What has come of all streams of a fleet.
 *
 * @param expected how many events were to come to the streams that are checked
 * @param received how many of them came
 * @param lost how many did not
 * @param doubled how many came once more, though they were sent once
 * @param sentTwice how many came once more, having been sent more than once
 * @param reordered how many came after a later one of the same publisher
 * @param disordered how many came after one that came later to another stream
 * @param foreign how many were of another run, or of nobody's
 * @param closed how many of the streams the server closed
 * @param stuck the other streams
 * @param latency of what was received
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
        Histogram latency) {

    /** Of no stream. */
    public static Tally none() {
        return new Tally(0, 0, 0, 0, 0, 0, 0, 0, 0, new Stuck(0, 0, 0, 0, 0, 0, 0), new Histogram(3));
    }

    /** Both together, where none was stuck. */
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
                both);
    }

    /** What came to the streams that are checked, in so many seconds. */
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
     * @param caughtUp how many of them got all in the end
     * @param closed how many of the others the server had closed
     * @param behind how many of them are open and have not got all
     * @param received how many events came to them
     */
    public record Stuck(
            int caughtUp, int closed, int behind, long received, long doubled, long reordered, long disordered) {}
}

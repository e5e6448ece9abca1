package dev.freshet.examples.load.report;

import java.util.List;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The result of a run. Immutable; an unknown part is null.
 *
 * @param scenario the kind of run
 * @param url the URLs subscribed to, with commas between
 * @param wire how the streams came
 * @param connections how many streams
 * @param events how many events were to be published
 * @param size bytes of data in each
 * @param connect the opening of the streams
 * @param publish the events, as their publishers counted them
 * @param deliveries the events, as the streams counted them
 * @param latencyMicros from when an event was due, which in a burst is its start, to its arrival; in a reconnect, from
 *     connecting to the last missed event
 * @param cpu CPU time
 * @param memory the memory of the server
 * @param compression if it was asked for only
 * @param replay in a reconnect only
 * @param stuck in a run with stuck connections only
 * @param notes what a reader requires to understand the rest
 * @param problems the problems, in words
 * @param exitCode that of the worst problem
 */
public record Report(
        String scenario,
        String url,
        Wire wire,
        int connections,
        int events,
        int size,
        Connect connect,
        @Nullable Publish publish,
        @Nullable Deliveries deliveries,
        @Nullable Latency latencyMicros,
        @Nullable Cost cpu,
        @Nullable Memory memory,
        @Nullable Compression compression,
        @Nullable Replay replay,
        @Nullable Stuck stuck,
        List<String> notes,
        List<String> problems,
        int exitCode) {

    /** The exit code of a run without a problem. */
    public static final int WELL = 0;

    /** The exit code of a run that could not be judged. */
    public static final int NOT_RUN = 2;

    /** The exit code of a run that lost events or streams, or delivered events twice or out of order. */
    public static final int NOT_WELL = 3;

    /**
     * How the streams came.
     *
     * @param protocol HTTP/1.1 or HTTP/2
     * @param streamsPerConnection how many streams shared a connection
     * @param compressed whether gzip was asked for
     */
    public record Wire(String protocol, boolean tls, int streamsPerConnection, boolean compressed) {

        /** Returns it in words. */
        String text() {
            return protocol
                    + (tls ? " over TLS" : "")
                    + (streamsPerConnection == 1 ? "" : ", " + streamsPerConnection + " streams a connection")
                    + (compressed ? ", gzip asked for" : "");
        }
    }

    /**
     * What compression did to the bodies of the streams, from their heads on.
     *
     * @param compressed how many streams were compressed
     * @param identity how many were not
     * @param wireBytes of the compressed streams, without the framing of HTTP and TLS
     * @param decodedBytes what they decode to
     * @param ratio of the two; null without any
     * @param undecodable how many streams could not be decoded, or ended without a trailer
     * @param reason of the first one
     */
    public record Compression(
            int compressed,
            int identity,
            long wireBytes,
            long decodedBytes,
            @Nullable Double ratio,
            int undecodable,
            @Nullable String reason) {

        /** Creates one with its ratio. */
        public static Compression of(
                int compressed,
                int identity,
                long wireBytes,
                long decodedBytes,
                int undecodable,
                @Nullable String reason) {
            Double ratio = decodedBytes == 0 ? null : wireBytes / (double) decodedBytes;
            return new Compression(compressed, identity, wireBytes, decodedBytes, ratio, undecodable, reason);
        }

        /** Returns the sum of both. */
        public Compression plus(@Nullable Compression other) {
            return other == null
                    ? this
                    : of(
                            compressed + other.compressed,
                            identity + other.identity,
                            wireBytes + other.wireBytes,
                            decodedBytes + other.decodedBytes,
                            undecodable + other.undecodable,
                            reason == null ? other.reason : reason);
        }

        /** Returns a note on streams that were not compressed, or null if all were. */
        public @Nullable String note() {
            if (identity == 0) {
                return null;
            }
            return compressed == 0
                    ? "no stream was compressed: the server answered --compressed with identity"
                    : identity + " of " + (identity + compressed) + " streams were not compressed";
        }
    }

    /** The opening of the streams. */
    public record Connect(
            double seconds, double perSecond, @Nullable Double serverCpuMicros) {}

    /**
     * The publishing of events.
     *
     * @param unanswered events that were sent and have no response
     * @param reopened how often a publisher reconnected
     * @param failedConnects how often that failed
     * @param resent events that were sent again, because the connection was lost before their response
     * @param lagMaxMicros how late an event was written at most, at a rate
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

        /** Returns the sum of two publishers at the same time. */
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
     * The delivery of events.
     *
     * @param reordered events that were received after a later one of the same publisher
     * @param disordered events that were received after one that another stream received later
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

    /** Percentiles in microseconds. */
    public record Latency(double p50, double p90, double p99, double p999, double max) {

        /** Returns the percentiles of nanoseconds, or null if there are none. */
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

    /** Microseconds of CPU time for each delivery, of the server and of this process, which shares the machine. */
    public record Cost(
            @Nullable Double serverPerDelivery,
            @Nullable Double serverUserPerDelivery,
            @Nullable Double serverSystemPerDelivery,
            @Nullable Double clientPerDelivery) {}

    /** Bytes of memory. Live heap is measured of a JVM only, and with idle connections only. */
    public record Memory(
            long residentBefore,
            long residentConnected,
            @Nullable Long residentAfter,
            double residentPerConnection,
            @Nullable Long liveHeapBefore,
            @Nullable Long liveHeapConnected,
            @Nullable Double liveHeapPerConnection) {}

    /**
     * The cost of a reconnect with missed events compared with one without, alternately. All values are medians except
     * for the least and the most.
     *
     * @param waves how many waves had missed events; one more had not
     * @param serverCpuMicrosPerEventNet the difference; null if it is unknown or below 0
     * @param leastNet the least difference of a wave to those before and after it
     * @param mostNet the largest one
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
     * The connections that stopped reading while the run was measured, and then resumed.
     *
     * @param connections how many
     * @param bytesPerConnection of data that each was to receive
     * @param residentGrowth the growth of the server's memory while they did not read
     * @param caughtUp how many received every event in the end
     * @param closedByServer how many of the others the server had closed
     * @param behind how many of them are open and have not received every event
     * @param received how many events all of them received
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

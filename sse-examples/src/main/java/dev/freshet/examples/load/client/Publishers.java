package dev.freshet.examples.load.client;

import dev.freshet.examples.load.report.Report;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The publishers of a run: one for each URL, which is its first one. The events go to the publishers in rotation.
 * Publishing is for the thread that makes the run; the figures are thread-safe.
 */
public final class Publishers implements AutoCloseable {

    private final List<Publisher> all;
    private int published;

    /**
     * Creates publishers that are not connected.
     *
     * @param total how many events they are going to publish
     * @param patience how long each retries without a response
     */
    public Publishers(Loops loops, Target target, Mark mark, int total, Duration patience) {
        this.all = IntStream.range(0, target.publishUrls().size())
                .mapToObj(number -> new Publisher(loops, target, number, mark, total, patience))
                .toList();
    }

    /** Connects. */
    public void open() {
        all.forEach(Publisher::open);
    }

    /** Publishes the next events back to back. */
    public void burst(int events) {
        publish(events, 0);
    }

    /** Publishes the next events at a rate, which is that of all publishers together. */
    public void atRate(int events, double rate) {
        publish(events, Math.max(1, Math.round(1e9 / rate)));
    }

    private void publish(int events, long nanosBetween) {
        int from = published;
        published += events;
        all.forEach(publisher -> publisher.publish(from, from + events, nanosBetween));
    }

    /** Returns whether so many events have a response. */
    public boolean isAnswered(int events) {
        return answered() >= events;
    }

    /** Returns the number of events with a response. */
    public int answered() {
        return sum(Publisher::answered);
    }

    /** Returns the number of events that the server rejected. */
    public int refused() {
        return sum(Publisher::refused);
    }

    private int sum(ToIntFunction<Publisher> figure) {
        return all.stream().mapToInt(figure).sum();
    }

    /** Returns the last status of a rejected event, or 0 if none was rejected. */
    int lastRefusal() {
        return all.stream()
                .mapToInt(Publisher::lastRefusal)
                .filter(status -> status != 0)
                .findFirst()
                .orElse(0);
    }

    /** Returns why the last events of a publisher have no response, or null if all have one. */
    @Nullable
    String failure() {
        return all.stream()
                .map(Publisher::failure)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** Returns whether one of them cannot continue. */
    public boolean isHopeless() {
        return all.stream().anyMatch(Publisher::isHopeless);
    }

    /**
     * Throws if one of them cannot publish at all.
     *
     * @throws LoadException if the server has accepted nothing of one publisher and never will
     */
    public void refuseHopeless() {
        all.forEach(Publisher::refuseHopeless);
    }

    /** Returns when the first one began to publish; 0 before. */
    public long firstAt() {
        return all.stream()
                .mapToLong(Publisher::firstAt)
                .filter(at -> at != 0)
                .min()
                .orElse(0);
    }

    /** Returns the figures of all publishers together. */
    public Report.Publish report() {
        return all.stream().map(Publisher::report).reduce(Report.Publish::plus).orElseThrow();
    }

    /** Returns the events that a server acknowledged. */
    public BitSet accepted() {
        return union(Publisher::accepted);
    }

    /** Returns the events that were sent more than once, because a connection was lost before their response. */
    public BitSet resent() {
        return union(Publisher::resent);
    }

    private BitSet union(Function<Publisher, BitSet> events) {
        BitSet union = new BitSet();
        all.forEach(publisher -> union.or(events.apply(publisher)));
        return union;
    }

    @Override
    public void close() {
        all.forEach(Publisher::close);
    }
}

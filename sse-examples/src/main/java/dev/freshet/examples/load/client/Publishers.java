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
 * All that publish in a run: one for each URL, at which it begins and to which the events go by turns. Publishing is for the thread that makes
 * the run; what is asked, for any.
 */
public final class Publishers implements AutoCloseable {

    private final List<Publisher> all;
    private int published;

    /**
     * Publishers that are not connected.
     *
     * @param total how many events they will be asked to publish
     * @param patience how long each tries to go on where nothing is answered any more
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

    /** Publishes the next events at a rate, which is that of all together. */
    public void atRate(int events, double rate) {
        publish(events, Math.max(1, Math.round(1e9 / rate)));
    }

    private void publish(int events, long nanosBetween) {
        int from = published;
        published += events;
        all.forEach(publisher -> publisher.publish(from, from + events, nanosBetween));
    }

    /** Whether so many were sent and answered. */
    public boolean isAnswered(int events) {
        return answered() >= events;
    }

    /** How many events have an answer. */
    public int answered() {
        return sum(Publisher::answered);
    }

    /** How many of them were refused. */
    public int refused() {
        return sum(Publisher::refused);
    }

    private int sum(ToIntFunction<Publisher> figure) {
        return all.stream().mapToInt(figure).sum();
    }

    /** The last status of one that was refused; 0 where none was. */
    int lastRefusal() {
        return all.stream()
                .mapToInt(Publisher::lastRefusal)
                .filter(status -> status != 0)
                .findFirst()
                .orElse(0);
    }

    /** Why of one of them the last events had no answer; null where all had one. */
    @Nullable
    String failure() {
        return all.stream()
                .map(Publisher::failure)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** Whether one of them can go on no more. */
    public boolean isHopeless() {
        return all.stream().anyMatch(Publisher::isHopeless);
    }

    /**
     * Ends a run that was none.
     *
     * @throws LoadException if of one nothing was taken and nothing will be
     */
    public void refuseHopeless() {
        all.forEach(Publisher::refuseHopeless);
    }

    /** When the first began; 0 before. */
    public long firstAt() {
        return all.stream()
                .mapToLong(Publisher::firstAt)
                .filter(at -> at != 0)
                .min()
                .orElse(0);
    }

    /** What they did, all together. */
    public Report.Publish told() {
        return all.stream().map(Publisher::told).reduce(Report.Publish::plus).orElseThrow();
    }

    /** The events that a server said it took. */
    public BitSet accepted() {
        return union(Publisher::accepted);
    }

    /** The events that were sent more than once, because a connection was lost before their answer. */
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

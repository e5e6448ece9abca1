package dev.freshet.examples.load.scenario;

import dev.freshet.examples.load.client.Expected;
import dev.freshet.examples.load.client.Fleet;
import dev.freshet.examples.load.client.LoadException;
import dev.freshet.examples.load.client.Loops;
import dev.freshet.examples.load.client.Order;
import dev.freshet.examples.load.client.Publishers;
import dev.freshet.examples.load.client.Tally;
import dev.freshet.examples.load.client.Target;
import dev.freshet.examples.load.report.Report.Compression;
import dev.freshet.examples.load.report.Report.Connect;
import dev.freshet.examples.load.server.Meter;
import dev.freshet.examples.load.server.ServerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a run, and the steps that all kinds of runs have. Confined to the thread that makes the run.
 *
 * @param settle how long to wait for events that come once too often, and for the memory to be stable
 */
record Run(Loops loops, Target target, Work work, ServerProcess server, Progress progress, Duration settle) {

    static final String NO_ANSWER = "no answer";

    /** Creates an order of so many events. */
    Order order(int events) {
        return new Order(target.publishUrls().size(), events);
    }

    /** Creates streams that are not connected yet. */
    Fleet fleet(Expected expected, @Nullable String lastEventId, int firstUrl) {
        return new Fleet(loops, target, expected, work.connections(), work.window(), lastEventId, firstUrl);
    }

    Connect connect(Fleet fleet) {
        progress.say(() -> "connecting: " + fleet.open() + " of " + work.connections());
        Meter meter = Meter.start(server);
        long startedAt = System.nanoTime();
        fleet.connect();
        boolean all = progress.until(() -> fleet.isConnected() || fleet.failed() > 0, fleet::open, work.drain());
        Meter.Reading used = meter.read();
        if (!all || fleet.failed() > 0) {
            String failure = fleet.failure() == null ? target.name() + ": " + NO_ANSWER : fleet.failure();
            throw new LoadException("cannot connect to " + failure
                    + (fleet.open() == 0 ? "" : "; " + fleet.open() + " of " + work.connections() + " are open"));
        }
        double seconds = Math.max(1, fleet.connectedAt() - startedAt) / 1e9;
        return new Connect(seconds, work.connections() / seconds, used.serverMicros(work.connections()));
    }

    /** Waits until every event was received, or none is received any more. */
    void drain(Fleet fleet, Publishers publishers) {
        long startedAt = System.nanoTime();
        int events = work.scenario() == Scenario.RECONNECT ? work.total() + 1 : work.total();
        int unseen = events - work.total();
        int checked = work.connections() - work.stuckConnections();
        progress.say(() -> String.format(
                Locale.ROOT,
                "%s: %.1f s, %,d open, %,d of %,d published, %,d delivered",
                work.scenario(),
                (System.nanoTime() - startedAt) / 1e9,
                fleet.open(),
                publishers.answered(),
                events,
                fleet.received()));
        Duration between =
                work.scenario() == Scenario.RATE ? Duration.ofNanos(Math.round(1e9 / work.rate())) : Duration.ZERO;
        progress.until(
                () -> publishers.isHopeless()
                        || (publishers.isAnswered(events)
                                && (fleet.open() == 0
                                        || fleet.received()
                                                >= (long) checked * (events - unseen - publishers.refused()))),
                () -> fleet.received() + publishers.answered(),
                work.drain().plus(between));
        publishers.refuseHopeless();
    }

    /** Returns a note on streams that were not compressed, although that was asked for. */
    static List<String> compressionNotes(Tally tally) {
        Compression compression = tally.compression();
        String note = compression == null ? null : compression.note();
        return note == null ? List.of() : List.of(note);
    }

    /**
     * Returns notes on streams that were not compressed, on events that were sent more than once, and on an order with
     * missing events.
     */
    static List<String> notes(Publishers publishers, Tally tally) {
        List<String> notes = new ArrayList<>(compressionNotes(tally));
        int resent = publishers.resent().cardinality();
        if (resent > 0) {
            notes.add(String.format(
                    Locale.ROOT,
                    "%,d events were sent again after a lost connection; that such came once more, %,d times,"
                            + " is not held against the server",
                    resent,
                    tally.sentTwice()));
        }
        if (tally.lost() > 0 && tally.disordered() > 0) {
            notes.add("one order is checked by when the first stream got an event: one that some lost may look out of"
                    + " order to others");
        }
        return notes;
    }
}

package dev.freshet.examples.load;

import dev.freshet.examples.load.Report.Connect;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What a run is made with, and the steps that runs of all kinds have. For the thread that makes the run.
 *
 * @param settle how long to wait for what comes once too often, and for memory to be what it is
 */
record Run(Loops loops, Target target, Work work, ServerProcess server, Progress progress, Duration settle) {

    static final String NO_ANSWER = "no answer";

    Connect connect(Fleet fleet) {
        progress.say(() -> "connecting: " + fleet.open() + " of " + work.connections());
        Meter meter = Meter.start(server);
        long startedAt = System.nanoTime();
        fleet.connect();
        boolean all = progress.until(() -> fleet.isConnected() || fleet.failed() > 0, fleet::open, work.drain());
        Meter.Reading used = meter.read();
        if (!all || fleet.failed() > 0) {
            String reason = fleet.failure() == null ? NO_ANSWER : fleet.failure();
            throw new LoadException("cannot connect to " + target.url() + ": "
                    + (fleet.open() == 0
                            ? reason
                            : fleet.open() + " of " + work.connections() + " are open, then: " + reason));
        }
        double seconds = Math.max(1, fleet.connectedAt() - startedAt) / 1e9;
        return new Connect(seconds, work.connections() / seconds, used.serverMicros(work.connections()));
    }

    /** Waits until all has come that is to come, or nothing moves any more. */
    void drain(Fleet fleet, Publisher publisher) {
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
                publisher.answered(),
                events,
                fleet.received()));
        Duration between =
                work.scenario() == Scenario.RATE ? Duration.ofNanos(Math.round(1e9 / work.rate())) : Duration.ZERO;
        progress.until(
                () -> isHopeless(publisher)
                        || (publisher.isAnswered(events)
                                && (fleet.open() == 0
                                        || fleet.received()
                                                >= (long) checked * (events - unseen - publisher.refused()))),
                () -> fleet.received() + publisher.answered(),
                work.drain().plus(between));
        refuseHopeless(publisher);
    }

    /** Nothing was taken and nothing will be. */
    static boolean isHopeless(Publisher publisher) {
        return publisher.failure() != null || (publisher.refused() > 0 && publisher.taken() == 0);
    }

    void refuseHopeless(Publisher publisher) {
        if (isHopeless(publisher) && publisher.taken() == 0) {
            String reason =
                    publisher.failure() == null ? "the answer was " + publisher.lastRefusal() : publisher.failure();
            throw new LoadException("cannot publish to " + target.publishUrl() + ": " + reason);
        }
    }

    /** What is to be known of events that were sent more than once, and so often came once more. */
    static List<String> notes(Publisher publisher, long came) {
        int events = publisher.resent().cardinality();
        return events == 0
                ? List.of()
                : List.of(String.format(
                        Locale.ROOT,
                        "%,d events were sent again after a lost connection; that such came once more, %,d times,"
                                + " is not held against the server",
                        events,
                        came));
    }
}

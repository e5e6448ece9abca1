package dev.freshet.examples.load;

import dev.freshet.examples.load.Report.Connect;
import dev.freshet.examples.load.Report.Deliveries;
import dev.freshet.examples.load.Report.Latency;
import dev.freshet.examples.load.Report.Memory;
import dev.freshet.examples.load.Report.Stuck;
import java.time.Duration;
import java.util.BitSet;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** One run. For the thread that asks for it. */
public final class Load {

    private static final Duration SETTLE = Duration.ofMillis(300);

    private static final String NO_ANSWER = "no answer";

    private final Loops loops;
    private final Target target;
    private final Work work;
    private final ServerProcess server;
    private final Progress progress;
    private final Duration settle;

    private Load(Loops loops, Target target, Work work, ServerProcess server, Progress progress, Duration settle) {
        this.loops = loops;
        this.target = target;
        this.work = work;
        this.server = server;
        this.progress = progress;
        this.settle = settle;
    }

    /**
     * Makes a run.
     *
     * @throws LoadException if it could not be made
     */
    public static Report run(Target target, Work work, ServerProcess server, Progress progress) {
        return run(target, work, server, progress, SETTLE);
    }

    static Report run(Target target, Work work, ServerProcess server, Progress progress, Duration settle) {
        try (Loops loops = new Loops()) {
            Load load = new Load(loops, target, work, server, progress, settle);
            return work.scenario() == Scenario.RECONNECT ? load.reconnect() : load.steady();
        } finally {
            progress.end();
        }
    }

    /** Connects all, and publishes to them where there is anything to publish. */
    private Report steady() {
        Mark mark = new Mark(ThreadLocalRandom.current().nextInt(), work.size());
        boolean idle = work.scenario() == Scenario.IDLE;
        Long heapBefore = idle ? server.liveHeapBytes() : null; // first, because it changes what is resident
        Long residentBefore = server.residentBytes();
        Expected expected = new Expected(mark, 0, work.total());
        try (Fleet fleet = new Fleet(loops, target, expected, work, null)) {
            Connect connect = connect(fleet);
            progress.pause(settle);
            Long resident = server.residentBytes();
            Long heap = idle ? server.liveHeapBytes() : null;
            Verdict verdict = new Verdict();
            if (idle) {
                progress.say(() -> "idle: " + fleet.open() + " open");
                progress.pause(work.duration());
                Fleet.Tally tally = fleet.tally(new BitSet());
                verdict.judge(tally);
                return report(connect, memory(residentBefore, resident, heapBefore, heap), verdict);
            }
            fleet.stopReading(work.stuckConnections());
            try (Publisher publisher = new Publisher(loops, target, mark, work.total())) {
                publisher.open();
                Meter meter = Meter.start(server);
                if (work.scenario() == Scenario.RATE) {
                    publisher.atRate(work.total(), work.rate());
                } else {
                    publisher.burst(work.total());
                }
                drain(fleet, publisher);
                Meter.Reading used = meter.read();
                progress.pause(settle); // for what comes once too often
                Fleet.Tally tally = fleet.tally(publisher.accepted());
                verdict.judge(tally);
                verdict.judge(publisher, work.total());
                Memory memory = memory(residentBefore, resident, null, null);
                return new Report(
                        work.scenario(),
                        target.url().toString(),
                        work.connections(),
                        work.total(),
                        work.size(),
                        connect,
                        publisher.told(),
                        Deliveries.of(tally, publisher.firstAt(), fleet.lastReceivedAt()),
                        Latency.of(tally.latency()),
                        used.perDelivery(tally.received()),
                        memory,
                        null,
                        Stuck.of(work.stuckConnections(), tally.stuckClosed(), memory),
                        verdict.problems(),
                        verdict.exitCode());
            }
        }
    }

    private Report report(Connect connect, @Nullable Memory memory, Verdict verdict) {
        return new Report(
                work.scenario(),
                target.url().toString(),
                work.connections(),
                0,
                work.size(),
                connect,
                null,
                null,
                null,
                null,
                memory,
                null,
                null,
                verdict.problems(),
                verdict.exitCode());
    }

    /** Has all come back behind the same events, right after as many came that had missed nothing. */
    private Report reconnect() {
        int total = work.total() + 1; // the first only tells the place
        Mark mark = new Mark(ThreadLocalRandom.current().nextInt(), work.size());
        try (Probe probe = Probe.open(loops, target, mark);
                Publisher publisher = new Publisher(loops, target, mark, total)) {
            String place = history(probe, publisher);
            Connect plain;
            try (Fleet fleet = new Fleet(loops, target, new Expected(mark, total, total), work, null)) {
                plain = connect(fleet);
                progress.pause(settle);
            }
            progress.pause(settle);
            try (Fleet fleet = new Fleet(loops, target, new Expected(mark, 1, total), work, place)) {
                Meter meter = Meter.start(server);
                long startedAt = System.nanoTime();
                Connect connect = connect(fleet);
                drain(fleet, publisher);
                Meter.Reading used = meter.read();
                progress.pause(settle); // for what comes once too often
                Fleet.Tally tally = fleet.tally(publisher.accepted());
                Verdict verdict = new Verdict();
                verdict.judge(tally);
                verdict.judge(publisher, total);
                return new Report(
                        work.scenario(),
                        target.url().toString(),
                        work.connections(),
                        work.total(),
                        work.size(),
                        connect,
                        publisher.told(),
                        Deliveries.of(tally, startedAt, fleet.lastReceivedAt()),
                        Latency.of(tally.latency()),
                        used.perDelivery(tally.received()),
                        null,
                        used.replay(plain, work.connections(), tally.received()),
                        null,
                        verdict.problems(),
                        verdict.exitCode());
            }
        }
    }

    /** Publishes what will have been missed; returns the id of the event before. */
    private String history(Probe probe, Publisher publisher) {
        progress.say(() -> "reconnect: " + probe.received() + " of " + (work.total() + 1) + " events in the history");
        progress.until(() -> probe.isOpen() || probe.isEnded(), () -> 0, work.drain());
        if (!probe.isOpen()) {
            throw new LoadException(
                    "cannot connect to " + target.url() + ": " + (probe.isEnded() ? probe.failure() : NO_ANSWER));
        }
        publisher.open();
        publisher.burst(1);
        await(probe, publisher, 1);
        String place = probe.firstId();
        if (place == null || place.isEmpty()) {
            throw new LoadException("cannot resume at " + target.url() + ": its events have no ids");
        }
        publisher.burst(work.total());
        await(probe, publisher, work.total() + 1);
        return place;
    }

    private void await(Probe probe, Publisher publisher, int events) {
        progress.until(
                () -> probe.isEnded()
                        || isHopeless(publisher)
                        || (probe.received() >= events && publisher.isAnswered(events)),
                () -> probe.received() + publisher.answered(),
                work.drain());
        refuseHopeless(publisher);
        if (probe.received() < events) {
            throw new LoadException("cannot prepare a reconnect at " + target.url() + ": of " + events + " events only "
                    + probe.received() + " came to a client that stayed");
        }
    }

    private Connect connect(Fleet fleet) {
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
    private void drain(Fleet fleet, Publisher publisher) {
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
    private static boolean isHopeless(Publisher publisher) {
        return publisher.failure() != null || (publisher.refused() > 0 && publisher.refused() == publisher.answered());
    }

    private void refuseHopeless(Publisher publisher) {
        if (isHopeless(publisher) && publisher.refused() == publisher.answered()) {
            String reason =
                    publisher.failure() == null ? "the answer was " + publisher.lastRefusal() : publisher.failure();
            throw new LoadException("cannot publish to " + target.publishUrl() + ": " + reason);
        }
    }

    private @Nullable Memory memory(
            @Nullable Long residentBefore, @Nullable Long resident, @Nullable Long heapBefore, @Nullable Long heap) {
        if (residentBefore == null || resident == null) {
            return null;
        }
        double connections = work.connections();
        return new Memory(
                residentBefore,
                resident,
                work.scenario() == Scenario.IDLE ? null : server.residentBytes(),
                (resident - residentBefore) / connections,
                heapBefore,
                heap,
                heapBefore == null || heap == null ? null : (heap - heapBefore) / connections);
    }
}

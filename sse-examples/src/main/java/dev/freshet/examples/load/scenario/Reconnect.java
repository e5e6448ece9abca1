package dev.freshet.examples.load.scenario;

import dev.freshet.examples.load.client.Expected;
import dev.freshet.examples.load.client.Fleet;
import dev.freshet.examples.load.client.LoadException;
import dev.freshet.examples.load.client.Mark;
import dev.freshet.examples.load.client.Probe;
import dev.freshet.examples.load.client.Publishers;
import dev.freshet.examples.load.client.Tally;
import dev.freshet.examples.load.client.Verdict;
import dev.freshet.examples.load.report.Report;
import dev.freshet.examples.load.report.Report.Connect;
import dev.freshet.examples.load.report.Report.Latency;
import dev.freshet.examples.load.server.Meter;
import java.util.concurrent.ThreadLocalRandom;

/** A run in which all clients reconnect after they have missed events. Confined to the thread that makes the run. */
final class Reconnect {

    private final Run run;
    private final Work work;
    private final Progress progress;

    Reconnect(Run run) {
        this.run = run;
        this.work = run.work();
        this.progress = run.progress();
    }

    /**
     * Makes the run: waves in which all clients reconnect after the same missed events, each at the next URL if there
     * are several. Before and after each of them is a wave in which they have missed nothing.
     */
    Report make() {
        int total = work.total() + 1; // the first one only gives the id to resume from
        Mark mark = new Mark(ThreadLocalRandom.current().nextInt(), work.size());
        try (Probe probe = Probe.open(run.loops(), run.target(), mark);
                Publishers publishers = new Publishers(run.loops(), run.target(), mark, total, work.drain())) {
            String lastEventId = history(probe, publishers);
            Waves waves = new Waves(work.connections());
            Expected missed = new Expected(mark, 1, total, run.order(total));
            plain(waves, missed);
            for (int i = 0; i < work.rounds(); i++) {
                behind(waves, missed, lastEventId, publishers, i + 1);
                plain(waves, missed);
            }
            Tally all = waves.all();
            Verdict verdict = new Verdict();
            verdict.judge(all);
            verdict.judge(publishers, total);
            return new Report(
                    work.scenario().toString(),
                    run.target().name(),
                    run.target().reportedWire(),
                    work.connections(),
                    work.total(),
                    work.size(),
                    waves.connect(),
                    publishers.report(),
                    waves.deliveries(),
                    Latency.of(all.latency()),
                    waves.cost(),
                    null,
                    all.compression(),
                    waves.replay(),
                    null,
                    Run.notes(publishers, all),
                    verdict.problems(),
                    verdict.exitCode());
        }
    }

    private void plain(Waves waves, Expected missed) {
        Expected nothing = new Expected(missed.mark(), missed.total(), missed.total(), missed.order());
        try (Fleet fleet = run.fleet(nothing, null, 0)) {
            waves.plain(run.connect(fleet));
            progress.pause(run.settle());
        }
        progress.pause(run.settle());
    }

    private void behind(Waves waves, Expected missed, String lastEventId, Publishers publishers, int firstUrl) {
        try (Fleet fleet = run.fleet(missed, lastEventId, firstUrl)) {
            Meter meter = Meter.start(run.server());
            long startedAt = System.nanoTime();
            Connect connect = run.connect(fleet);
            run.drain(fleet, publishers);
            Meter.Reading used = meter.read();
            progress.pause(run.settle()); // for events that come once too often
            Tally tally = fleet.tally(publishers.accepted(), publishers.resent());
            double seconds = tally.received() == 0 ? 0 : (fleet.lastReceivedAt() - startedAt) / 1e9;
            waves.behind(connect, tally, seconds, used.perDelivery(tally.received()));
        }
        progress.pause(run.settle());
    }

    /** Publishes the events to miss. Returns the id of the event before them. */
    private String history(Probe probe, Publishers publishers) {
        progress.say(() -> "reconnect: " + probe.received() + " of " + (work.total() + 1) + " events in the history");
        progress.until(() -> probe.isOpen() || probe.isEnded(), () -> 0, work.drain());
        if (!probe.isOpen()) {
            throw new LoadException(
                    "cannot connect to " + probe.url() + ": " + (probe.isEnded() ? probe.failure() : Run.NO_ANSWER));
        }
        publishers.open();
        publishers.burst(1);
        await(probe, publishers, 1);
        String lastEventId = probe.firstId();
        if (lastEventId == null || lastEventId.isEmpty()) {
            throw new LoadException("cannot resume at " + probe.url() + ": its events have no ids");
        }
        publishers.burst(work.total());
        await(probe, publishers, work.total() + 1);
        return lastEventId;
    }

    private void await(Probe probe, Publishers publishers, int events) {
        progress.until(
                () -> probe.isEnded()
                        || publishers.isHopeless()
                        || (probe.received() >= events && publishers.isAnswered(events)),
                () -> probe.received() + publishers.answered(),
                work.drain());
        publishers.refuseHopeless();
        if (probe.received() < events) {
            throw new LoadException("cannot prepare a reconnect at " + probe.url() + ": of " + events + " events only "
                    + probe.received() + " came to a client that stayed");
        }
    }
}

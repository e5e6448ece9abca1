package dev.freshet.examples.load;

import dev.freshet.examples.load.Report.Connect;
import dev.freshet.examples.load.Report.Latency;
import java.util.concurrent.ThreadLocalRandom;

/** A run in which all clients come back and have missed events. For the thread that makes the run. */
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
     * Has all come back behind the same events, again and again, and before and after each time with nothing missed.
     */
    Report make() {
        int total = work.total() + 1; // the first only tells the place
        Mark mark = new Mark(ThreadLocalRandom.current().nextInt(), work.size());
        try (Probe probe = Probe.open(run.loops(), run.target(), mark);
                Publisher publisher = new Publisher(run.loops(), run.target(), mark, total)) {
            String place = history(probe, publisher);
            Waves waves = new Waves(work.connections());
            plain(waves, mark);
            for (int i = 0; i < work.rounds(); i++) {
                behind(waves, new Expected(mark, 1, total), place, publisher);
                plain(waves, mark);
            }
            Tally all = waves.all();
            Verdict verdict = new Verdict();
            verdict.judge(all);
            verdict.judge(publisher, total);
            return new Report(
                    work.scenario(),
                    run.target().url().toString(),
                    work.connections(),
                    work.total(),
                    work.size(),
                    waves.connect(),
                    publisher.told(),
                    waves.deliveries(),
                    Latency.of(all.latency()),
                    waves.cost(),
                    null,
                    waves.replay(),
                    null,
                    Run.notes(publisher, all.sentTwice()),
                    verdict.problems(),
                    verdict.exitCode());
        }
    }

    private void plain(Waves waves, Mark mark) {
        Expected nothing = new Expected(mark, work.total() + 1, work.total() + 1);
        try (Fleet fleet = new Fleet(run.loops(), run.target(), nothing, work, null)) {
            waves.plain(run.connect(fleet));
            progress.pause(run.settle());
        }
        progress.pause(run.settle());
    }

    private void behind(Waves waves, Expected missed, String place, Publisher publisher) {
        try (Fleet fleet = new Fleet(run.loops(), run.target(), missed, work, place)) {
            Meter meter = Meter.start(run.server());
            long startedAt = System.nanoTime();
            Connect connect = run.connect(fleet);
            run.drain(fleet, publisher);
            Meter.Reading used = meter.read();
            progress.pause(run.settle()); // for what comes once too often
            Tally tally = fleet.tally(publisher.accepted(), publisher.resent());
            double seconds = tally.received() == 0 ? 0 : (fleet.lastReceivedAt() - startedAt) / 1e9;
            waves.behind(connect, tally, seconds, used.perDelivery(tally.received()));
        }
        progress.pause(run.settle());
    }

    /** Publishes what will have been missed; returns the id of the event before. */
    private String history(Probe probe, Publisher publisher) {
        progress.say(() -> "reconnect: " + probe.received() + " of " + (work.total() + 1) + " events in the history");
        progress.until(() -> probe.isOpen() || probe.isEnded(), () -> 0, work.drain());
        if (!probe.isOpen()) {
            throw new LoadException("cannot connect to " + run.target().url() + ": "
                    + (probe.isEnded() ? probe.failure() : Run.NO_ANSWER));
        }
        publisher.open();
        publisher.burst(1);
        await(probe, publisher, 1);
        String place = probe.firstId();
        if (place == null || place.isEmpty()) {
            throw new LoadException("cannot resume at " + run.target().url() + ": its events have no ids");
        }
        publisher.burst(work.total());
        await(probe, publisher, work.total() + 1);
        return place;
    }

    private void await(Probe probe, Publisher publisher, int events) {
        progress.until(
                () -> probe.isEnded()
                        || Run.isHopeless(publisher)
                        || (probe.received() >= events && publisher.isAnswered(events)),
                () -> probe.received() + publisher.answered(),
                work.drain());
        run.refuseHopeless(publisher);
        if (probe.received() < events) {
            throw new LoadException(
                    "cannot prepare a reconnect at " + run.target().url() + ": of " + events + " events only "
                            + probe.received() + " came to a client that stayed");
        }
    }
}

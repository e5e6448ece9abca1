package dev.freshet.examples.load.scenario;

import dev.freshet.examples.load.client.Expected;
import dev.freshet.examples.load.client.Fleet;
import dev.freshet.examples.load.client.LoadException;
import dev.freshet.examples.load.client.Loops;
import dev.freshet.examples.load.client.Mark;
import dev.freshet.examples.load.client.Publishers;
import dev.freshet.examples.load.client.Tally;
import dev.freshet.examples.load.client.Target;
import dev.freshet.examples.load.client.Verdict;
import dev.freshet.examples.load.report.Report;
import dev.freshet.examples.load.report.Report.Connect;
import dev.freshet.examples.load.report.Report.Latency;
import dev.freshet.examples.load.report.Report.Memory;
import dev.freshet.examples.load.report.Report.Stuck;
import dev.freshet.examples.load.server.Meter;
import dev.freshet.examples.load.server.ServerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** One run. Confined to the thread that makes it. */
public final class Load {

    private static final Duration SETTLE = Duration.ofMillis(300);

    /** About twice the bytes that the buffers of the kernel hold for a connection. */
    private static final long ENOUGH_TO_GET_STUCK = 8 << 20;

    private final Run run;
    private final Work work;
    private final ServerProcess server;
    private final Progress progress;

    private Load(Run run) {
        this.run = run;
        this.work = run.work();
        this.server = run.server();
        this.progress = run.progress();
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
            Run run = new Run(loops, target, work, server, progress, settle);
            return work.scenario() == Scenario.RECONNECT ? new Reconnect(run).make() : new Load(run).make();
        } finally {
            progress.end();
        }
    }

    /** Opens the streams, and publishes to them unless the scenario is {@link Scenario#IDLE}. */
    private Report make() {
        Mark mark = new Mark(ThreadLocalRandom.current().nextInt(), work.size());
        boolean idle = work.scenario() == Scenario.IDLE;
        Long heapBefore = idle ? server.liveHeapBytes() : null; // first, because it changes the resident memory
        Long residentBefore = server.residentBytes();
        Expected expected = new Expected(mark, 0, work.total(), run.order(work.total()));
        try (Fleet fleet = run.fleet(expected, null, 0)) {
            Connect connect = run.connect(fleet);
            progress.pause(run.settle());
            Long resident = server.residentBytes();
            if (idle) {
                Memory memory = memory(residentBefore, resident, heapBefore, server.liveHeapBytes());
                return idle(fleet, connect, memory);
            }
            fleet.stopReading(work.stuckConnections());
            try (Publishers publishers = new Publishers(run.loops(), run.target(), mark, work.total(), work.drain())) {
                publishers.open();
                Meter meter = Meter.start(server);
                if (work.scenario() == Scenario.RATE) {
                    publishers.atRate(work.total(), work.rate());
                } else {
                    publishers.burst(work.total());
                }
                run.drain(fleet, publishers);
                Meter.Reading used = meter.read();
                progress.pause(run.settle());
                return report(fleet, publishers, connect, used, memory(residentBefore, resident, null, null));
            }
        }
    }

    private Report idle(Fleet fleet, Connect connect, @Nullable Memory memory) {
        progress.say(() -> "idle: " + fleet.open() + " open");
        progress.pause(work.duration());
        Verdict verdict = new Verdict();
        Tally tally = fleet.tally(new BitSet(), new BitSet());
        verdict.judge(tally);
        return new Report(
                work.scenario().toString(),
                run.target().name(),
                run.target().reportedWire(),
                work.connections(),
                0,
                work.size(),
                connect,
                null,
                null,
                null,
                null,
                memory,
                tally.compression(),
                null,
                null,
                Run.compressionNotes(tally),
                verdict.problems(),
                verdict.exitCode());
    }

    private Report report(
            Fleet fleet, Publishers publishers, Connect connect, Meter.Reading used, @Nullable Memory memory) {
        if (work.stuckConnections() > 0) {
            catchUp(fleet, publishers);
        }
        Tally tally = fleet.tally(publishers.accepted(), publishers.resent());
        Verdict verdict = new Verdict();
        verdict.judge(tally);
        verdict.judge(publishers, work.total());
        return new Report(
                work.scenario().toString(),
                run.target().name(),
                run.target().reportedWire(),
                work.connections(),
                work.total(),
                work.size(),
                connect,
                publishers.report(),
                tally.deliveries(seconds(publishers, fleet, tally)),
                Latency.of(tally.latency()),
                used.perDelivery(tally.received()),
                memory,
                tally.compression(),
                null,
                stuck(tally.stuck(), memory),
                notes(publishers, tally),
                verdict.problems(),
                verdict.exitCode());
    }

    private static double seconds(Publishers publishers, Fleet fleet, Tally tally) {
        return tally.received() == 0 ? 0 : Math.max(1, fleet.lastReceivedAt() - publishers.firstAt()) / 1e9;
    }

    private @Nullable Stuck stuck(Tally.Stuck tally, @Nullable Memory memory) {
        if (work.stuckConnections() == 0) {
            return null;
        }
        Long after = memory == null ? null : memory.residentAfter();
        return new Stuck(
                work.stuckConnections(),
                work.bytesPerConnection(),
                memory == null || after == null ? null : after - memory.residentConnected(),
                tally.caughtUp(),
                tally.closed(),
                tally.behind(),
                tally.received(),
                tally.doubled(),
                tally.reordered(),
                tally.disordered());
    }

    /**
     * Resumes reading on the stuck streams, until each has received every event, has ended, or receives nothing more.
     */
    private void catchUp(Fleet fleet, Publishers publishers) {
        int events = publishers.accepted().cardinality();
        progress.say(() -> "stuck: " + fleet.stuckReceived() + " events caught up with");
        fleet.readOn();
        progress.until(() -> fleet.haveCaughtUp(events), fleet::stuckReceived, work.drain());
        progress.pause(run.settle());
    }

    private List<String> notes(Publishers publishers, Tally tally) {
        List<String> notes = new ArrayList<>();
        if (work.stuckConnections() > 0 && work.bytesPerConnection() < ENOUGH_TO_GET_STUCK) {
            notes.add(String.format(
                    Locale.ROOT,
                    "%.1f MiB of data for each connection: too little to be stuck on, since the kernel takes some MiB;"
                            + " take events x size of 8 MiB or more",
                    work.bytesPerConnection() / (double) (1 << 20)));
        }
        notes.addAll(Run.notes(publishers, tally));
        return List.copyOf(notes);
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

package dev.freshet.examples.load.scenario;

import dev.freshet.examples.load.client.LoadException;
import dev.freshet.examples.load.client.Wire;
import dev.freshet.examples.load.report.Comparison;
import dev.freshet.examples.load.report.Report;
import dev.freshet.examples.load.server.ServerChild;
import dev.freshet.examples.load.server.ServerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A comparison of the relay with a hand-written fan-out. Each runs in a process of its own with the same number of
 * threads. Both are warmed up and receive the same load alternately, so that only the fan-out differs. Confined to the
 * thread that makes it.
 */
public final class SelfTest {

    private static final int WARM_CONNECTS = 100_000;
    private static final int FEWEST_WARM_RUNS = 6;
    private static final int MOST_WARM_RUNS = 16;
    private static final int STEADY_RUNS = 3;
    private static final double STEADY = 0.1;
    private static final Duration LONGEST_WARM_RUN = Duration.ofSeconds(4);
    private static final Duration NO_TIME = Duration.ofMillis(1);

    private final Work work;
    private final int sources;
    private final int rounds;
    private final int eventLoops;
    private final Duration linger;
    private final boolean tls;
    private final Wire wire;
    private final Class<?> main;
    private final Progress progress;

    /**
     * Creates a self-test.
     *
     * @param work the work of one run
     * @param sources how many loopback addresses to connect from
     * @param rounds how many runs of each server
     * @param eventLoops threads of each server
     * @param linger how long an event waits for more in the relay
     * @param tls whether both servers have TLS
     * @param wire that of the streams of the relay; by hand there is only HTTP/1.1, without compression
     * @param main the program whose commands {@code relay} and {@code by-hand} are the servers
     * @param progress shows the progress
     * @throws IllegalArgumentException if the work or a number is not possible
     */
    public SelfTest(
            Work work,
            int sources,
            int rounds,
            int eventLoops,
            Duration linger,
            boolean tls,
            Wire wire,
            Class<?> main,
            Progress progress) {
        if (work.scenario() == Scenario.RECONNECT) {
            throw new IllegalArgumentException(
                    "self-test: reconnect (expected: rate, burst or idle; by hand there are no ids to come back with)");
        }
        if (rounds < 1 || rounds > 1_000) {
            throw new IllegalArgumentException("rounds: " + rounds + " (expected: 1 to 1000)");
        }
        if (eventLoops < 1) {
            throw new IllegalArgumentException("event-loops: " + eventLoops + " (expected: > 0)");
        }
        this.work = work;
        this.sources = sources;
        this.rounds = rounds;
        this.eventLoops = eventLoops;
        this.linger = linger;
        this.tls = tls;
        this.wire = wire;
        this.main = main;
        this.progress = progress;
    }

    /**
     * Makes the comparison.
     *
     * @throws LoadException if a server could not be started, or a run could not be made
     */
    public Comparison run() {
        try (ServerChild freshet = ServerChild.start("Freshet", main, "relay", optionsOfRelay());
                ServerChild byHand = ServerChild.start("by hand", main, "by-hand", optionsOfBoth())) {
            warm(freshet, wire);
            warm(byHand, wire.asPlain());
            List<Report> ours = new ArrayList<>();
            List<Report> theirs = new ArrayList<>();
            for (int round = 1; round <= rounds; round++) {
                String title = "round " + round + " of " + rounds + ", ";
                ours.add(run(title, freshet, wire, work));
                theirs.add(run(title, byHand, wire.asPlain(), work));
            }
            Work idle = work.idle(NO_TIME);
            boolean measured = work.scenario() == Scenario.IDLE;
            List<Report> ourIdle = measured ? ours : List.of(run("memory, ", freshet, wire, idle));
            List<Report> theirIdle = measured ? theirs : List.of(run("memory, ", byHand, wire.asPlain(), idle));
            return Comparison.of(eventLoops, ours, theirs, ourIdle, theirIdle);
        }
    }

    private List<String> optionsOfBoth() {
        List<String> options = new ArrayList<>(List.of("--event-loops", String.valueOf(eventLoops)));
        if (tls) {
            options.addAll(List.of("--tls", "self-signed"));
        }
        return options;
    }

    private List<String> optionsOfRelay() {
        List<String> options = optionsOfBoth();
        options.addAll(List.of("--linger", linger.toString()));
        if (wire.compressed()) {
            options.add("--compress");
        }
        return options;
    }

    /**
     * Warms a server up until its code is compiled: connections first, ten times those of the work and 100,000 at most,
     * then runs until the cost of a delivery does not fall any more.
     */
    private void warm(ServerChild server, Wire over) {
        Work idle = work.idle(NO_TIME);
        int wanted = Math.min(WARM_CONNECTS, 10 * work.connections());
        progress.title("warming up, " + server.name() + ", ");
        for (int connects = 0; connects < wanted; connects += work.connections()) {
            warmRun(
                    server,
                    over,
                    idle,
                    new ServerProcess(List.of())); // without a process, so that no memory is measured
        }
        if (work.scenario() == Scenario.IDLE) {
            return;
        }
        boolean brief = work.duration().compareTo(LONGEST_WARM_RUN) < 0;
        Work some = brief ? work : work.lasting(LONGEST_WARM_RUN);
        Double before = null;
        int steady = 0;
        for (int i = 0; i < MOST_WARM_RUNS && (steady < STEADY_RUNS || i < FEWEST_WARM_RUNS); i++) {
            Report report = warmRun(server, over, some, server.process());
            Double cost = report.cpu() == null ? null : report.cpu().serverPerDelivery();
            boolean falls = before != null && cost != null && cost < before * (1 - STEADY);
            steady = before == null || falls ? 0 : steady + 1;
            before = cost;
        }
    }

    private Report warmRun(ServerChild server, Wire over, Work what, ServerProcess process) {
        return Load.run(server.target(sources, over), what, process, progress, Duration.ZERO);
    }

    private Report run(String title, ServerChild server, Wire over, Work what) {
        progress.title(title + server.name() + ", ");
        return Load.run(server.target(sources, over), what, server.process(), progress);
    }
}

package dev.freshet.examples.faults;

import dev.freshet.examples.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * How the relays of a fault are started, and its runs.
 *
 * @param change changes each process of a relay before its start
 * @param folder for files
 * @param patience how long the clients may take to come to the end
 */
record Relays(UnaryOperator<ProcessBuilder> change, Path folder, Duration patience) {
    private static final List<String> JVM = List.of("-Xmx256m", "-XX:+UseSerialGC");

    NodeProcess start(String... options) throws IOException {
        return start(UnaryOperator.identity(), options);
    }

    /** Starts a relay in a process that is changed further. */
    NodeProcess start(UnaryOperator<ProcessBuilder> further, String... options) throws IOException {
        return NodeProcess.start(JVM, builder -> further.apply(change.apply(builder)), "relay", options);
    }

    FaultSetting setting(String fault) {
        return new FaultSetting(fault).patience(patience);
    }

    FaultRun run(String fault, NodeProcess node, int followPort) throws InterruptedException {
        return new FaultRun(setting(fault), node::port, () -> followPort);
    }

    /** Waits until so many more events are acknowledged. */
    static void awaitEvents(FaultRun run, int more) {
        int enough = run.events() + more;
        run.await(more + " events more are acknowledged", () -> run.events() >= enough);
    }

    /** Returns how many events are between two of so many faults. */
    static int eventsBetween(int faults) {
        return Math.max(1, FaultLengths.EVENTS / (faults + 1));
    }
}

package dev.freshet.examples.load;

import static java.util.Objects.requireNonNullElse;

import dev.freshet.examples.load.scenario.Scenario;
import dev.freshet.examples.load.scenario.Work;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options for the work of a run. */
final class WorkOptions {

    private static final int EVENTS_IN_A_BURST = 1_000;
    private static final int EVENTS_MISSED = 100;
    private static final int WINDOW = 512;
    private static final int ROUNDS_OF_A_SELF_TEST = 3;
    private static final int WAVES = 5;

    @Parameters(
            paramLabel = "SCENARIO",
            arity = "0..1",
            defaultValue = "rate",
            description = "rate, burst, idle or reconnect.")
    @SuppressWarnings("NullAway.Init")
    private Scenario scenario;

    @Option(names = "--connections", paramLabel = "COUNT", defaultValue = "100", description = "Streams to open.")
    private int connections;

    @Option(
            names = "--window",
            paramLabel = "COUNT",
            description = {"Connections in the making at a time.", "  Default: all for reconnect, else " + WINDOW})
    private @Nullable Integer window;

    @Option(names = "--rate", paramLabel = "COUNT", defaultValue = "100", description = "rate: events per second.")
    private double rate;

    @Option(
            names = "--duration",
            paramLabel = "SECONDS",
            defaultValue = "10s",
            description = "rate and idle: for how long; also 500ms or PT10M.")
    @SuppressWarnings("NullAway.Init")
    private Duration duration;

    @Option(
            names = "--events",
            paramLabel = "COUNT",
            description = {"burst and reconnect: how many.", "  Default: " + EVENTS_IN_A_BURST + " and " + EVENTS_MISSED
            })
    private @Nullable Integer events;

    @Option(names = "--size", paramLabel = "BYTES", defaultValue = "128", description = "Data of an event, 40 or more.")
    private int size;

    @Option(
            names = "--stuck",
            paramLabel = "PERCENT",
            defaultValue = "0",
            description = {
                "rate and burst: connections that do not read while events are published. They read on when all has",
                "  come to the others, and are told apart. Give each 8 MiB of data or more: kernels hold less back."
            })
    private int stuck;

    @Option(
            names = "--drain",
            paramLabel = "SECONDS",
            defaultValue = "5s",
            description = "How long to wait while nothing comes, and to try to publish after a lost connection.")
    @SuppressWarnings("NullAway.Init")
    private Duration drain;

    @Option(
            names = "--rounds",
            paramLabel = "COUNT",
            description = {
                "--self-test: runs of each. reconnect: how often all come back with events missed.",
                "  Default: " + ROUNDS_OF_A_SELF_TEST + " and " + WAVES
            })
    private @Nullable Integer rounds;

    /**
     * Creates the work.
     *
     * @throws IllegalArgumentException if an option is out of range
     */
    Work work() {
        return new Work(scenario, connections, window(), rate, duration, events(), size, stuck, rounds(), drain);
    }

    private int events() {
        return requireNonNullElse(events, scenario == Scenario.RECONNECT ? EVENTS_MISSED : EVENTS_IN_A_BURST);
    }

    private int window() {
        return requireNonNullElse(window, scenario == Scenario.RECONNECT ? connections : WINDOW);
    }

    int rounds() {
        return requireNonNullElse(rounds, scenario == Scenario.RECONNECT ? WAVES : ROUNDS_OF_A_SELF_TEST);
    }
}

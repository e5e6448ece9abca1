package dev.freshet.examples.load;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The command that puts a server under load; a subcommand of one that reads durations. */
@Command(
        name = "load",
        description = {
            "Drive any server of event streams by its URL, and check every stream for lost, doubled and reordered"
                    + " events:",
            "  rate        events at a steady rate",
            "  burst       events back to back; latency runs from the start of the burst",
            "  idle        connections and nothing else",
            "  reconnect   all come back at once, having missed events; by turns with none missed"
        },
        footer =
                "Exit code: 0 all well; 2 bad use, or no connecting or publishing; 3 events or streams lost, doubled or"
                        + " not in one order.")
public final class LoadCommand implements Callable<Integer> {

    private static final int EVENTS_IN_A_BURST = 1_000;
    private static final int EVENTS_MISSED = 100;
    private static final int WINDOW = 512;
    private static final int ROUNDS_OF_A_SELF_TEST = 3;
    private static final int WAVES = 5;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(
            paramLabel = "SCENARIO",
            arity = "0..1",
            defaultValue = "rate",
            description = "rate, burst, idle or reconnect.")
    @SuppressWarnings("NullAway.Init")
    private Scenario scenario;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080/events",
            description = {
                "What to subscribe to. Repeatable: streams are spread over the nodes of a cluster, and checked for one",
                "  order. With reconnect, clients come back to the next."
            })
    private List<String> urls = new ArrayList<>();

    @Option(
            names = "--publish-url",
            paramLabel = "URL",
            description = {
                "What to POST events to, the body being the data. Repeatable: by turns, by a publisher for each, which",
                "  goes to the next where its server is gone.",
                "  Default: /publish at the server of each --url, with the same query"
            },
            showDefaultValue = Visibility.NEVER)
    private List<String> publishUrls = new ArrayList<>();

    @Option(names = "--connections", paramLabel = "COUNT", defaultValue = "100", description = "Streams to open.")
    private int connections;

    @Option(
            names = "--sources",
            paramLabel = "COUNT",
            defaultValue = "8",
            description = "Loopback addresses to connect from, so that ports suffice.")
    private int sources;

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
            names = "--header",
            paramLabel = "'NAME: VALUE'",
            showDefaultValue = Visibility.NEVER,
            description = "Sent with every request; repeatable.")
    private List<String> headers = new ArrayList<>();

    @Option(
            names = "--pid",
            paramLabel = "PID",
            split = ",",
            showDefaultValue = Visibility.NEVER,
            description = "The server's process, on this machine, to tell its CPU and memory; repeatable.")
    private List<Integer> pids = new ArrayList<>();

    @Option(
            names = "--drain",
            paramLabel = "SECONDS",
            defaultValue = "5s",
            description = "How long to wait while nothing comes, and to try to publish after a lost connection.")
    @SuppressWarnings("NullAway.Init")
    private Duration drain;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "3s",
            description =
                    "How long to run this tool's own code first; 0 for not at all. The server is yours to warm up.")
    @SuppressWarnings("NullAway.Init")
    private Duration warmUp;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Where to write the report as JSON; - for standard output.")
    private @Nullable String json;

    @Option(names = "--quiet", description = "No progress: a line on a terminal, else one every 10 s.")
    private boolean quiet;

    @Option(
            names = "--self-test",
            description = "Start the relay and a fan-out written by hand, and compare them under the same load.")
    private boolean selfTest;

    @Option(
            names = "--rounds",
            paramLabel = "COUNT",
            description = {
                "--self-test: runs of each. reconnect: how often all come back with events missed.",
                "  Default: " + ROUNDS_OF_A_SELF_TEST + " and " + WAVES
            })
    private @Nullable Integer rounds;

    @Option(names = "--event-loops", paramLabel = "COUNT", description = "--self-test: threads of each server.")
    private @Nullable Integer eventLoops;

    @Override
    public Integer call() {
        ParseResult before = spec.commandLine().getParent().getParseResult();
        if (before.hasMatchedOption("--host")
                || before.hasMatchedOption("--port")
                || before.hasMatchedOption("--hosts")) {
            throw new ParameterException(spec.commandLine(), "--host, --port: load listens nowhere (expected: --url)");
        }
        Work work = new Work(scenario, connections, window(), rate, duration, events(), size, stuck, rounds(), drain);
        PrintWriter err = spec.commandLine().getErr();
        Progress progress = quiet ? Progress.none() : Progress.onErrorStream(err);
        if (selfTest) {
            refuseTargets();
            Comparison comparison = new SelfTest(
                            work,
                            sources,
                            rounds(),
                            loops(),
                            spec.root().userObject().getClass(),
                            progress)
                    .run();
            tell(comparison.toText(), comparison);
            return comparison.exitCode();
        }
        Target target = Target.of(urls, publishUrls, headers, sources);
        target.check(connections);
        ServerProcess server = new ServerProcess(pids);
        WarmUp.run(warmUp, progress);
        Report report = Load.run(target, work, server, progress);
        tell(ReportText.of(report), report);
        return report.exitCode();
    }

    private void refuseTargets() {
        for (String option : List.of("--url", "--publish-url", "--header", "--pid", "--warm-up")) {
            if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
                throw new ParameterException(
                        spec.commandLine(), option + ": with --self-test (expected: without; its servers are its own)");
            }
        }
    }

    private int events() {
        if (events != null) {
            return events;
        }
        return scenario == Scenario.RECONNECT ? EVENTS_MISSED : EVENTS_IN_A_BURST;
    }

    private int window() {
        if (window != null) {
            return window;
        }
        return scenario == Scenario.RECONNECT ? connections : WINDOW;
    }

    private int rounds() {
        if (rounds != null) {
            return rounds;
        }
        return scenario == Scenario.RECONNECT ? WAVES : ROUNDS_OF_A_SELF_TEST;
    }

    private int loops() {
        return eventLoops == null ? Runtime.getRuntime().availableProcessors() : eventLoops;
    }

    private void tell(String text, Object report) {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        (isPiped() ? err : out).print(text);
        out.flush();
        err.flush();
        if (json != null) {
            String lines = JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build()
                    .writeValueAsString(report);
            if (isPiped()) {
                out.println(lines);
            } else {
                write(Path.of(json), lines + "\n");
            }
        }
        out.flush();
    }

    private boolean isPiped() {
        return "-".equals(json);
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException("json: " + file + " cannot be written: " + e.getMessage(), e);
        }
    }
}

package dev.freshet.examples.load;

import dev.freshet.examples.load.client.Target;
import dev.freshet.examples.load.client.Trust;
import dev.freshet.examples.load.report.Comparison;
import dev.freshet.examples.load.report.Report;
import dev.freshet.examples.load.report.ReportText;
import dev.freshet.examples.load.scenario.Load;
import dev.freshet.examples.load.scenario.Progress;
import dev.freshet.examples.load.scenario.SelfTest;
import dev.freshet.examples.load.scenario.WarmUp;
import dev.freshet.examples.load.scenario.Work;
import dev.freshet.examples.load.server.ServerProcess;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The command that puts a server under load; a subcommand of a command line that converts durations. */
@Command(
        name = "load",
        description = {
            "Load any server of event streams by its URL, check each stream:",
            "no event may be lost, doubled or reordered.",
            "  rate        events at a steady rate",
            "  burst       events back to back; latency runs from the start of the burst",
            "  idle        connections and nothing else",
            "  reconnect   all come back at once, having missed events; by turns with none missed"
        },
        footer =
                "Exit code: 0 all well; 2 bad use, or no connecting or publishing; 3 events or streams lost, doubled or"
                        + " not in one order.")
public final class LoadCommand implements Callable<Integer> {

    private static final int MOST_LINGER = 1_000;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private WorkOptions workOptions;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private TargetOptions targetOptions;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private WireOptions wireOptions;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ReportOptions reportOptions;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "3s",
            description =
                    "How long to run this tool's own code first; 0 for not at all. The server is yours to warm up.")
    @SuppressWarnings("NullAway.Init")
    private Duration warmUp;

    @Option(names = "--quiet", description = "Tell no progress.")
    private boolean quiet;

    @Option(
            names = "--self-test",
            description = "Start the relay and a fan-out written by hand, and compare them under the same load.")
    private boolean selfTest;

    @Option(names = "--event-loops", paramLabel = "COUNT", description = "--self-test: threads of each server.")
    private @Nullable Integer eventLoops;

    @Option(
            names = "--linger",
            paramLabel = "MILLIS",
            description = "--self-test: how long an event waits for more in the relay, 0 to 1000. Default: 0.")
    private @Nullable Integer linger;

    @Option(names = "--tls", description = "--self-test: TLS, with certificates that the servers sign themselves.")
    private boolean tls;

    @Override
    public Integer call() {
        ParseResult before = spec.commandLine().getParent().getParseResult();
        if (before.hasMatchedOption("--host")
                || before.hasMatchedOption("--port")
                || before.hasMatchedOption("--hosts")) {
            throw new ParameterException(spec.commandLine(), "--host, --port: load listens nowhere (expected: --url)");
        }
        Work work = workOptions.work();
        Progress progress = quiet
                ? Progress.none()
                : Progress.onErrorStream(spec.commandLine().getErr());
        if (work.stuck() > 0 && wireOptions.isHttp2()) {
            throw new ParameterException(
                    spec.commandLine(), "--stuck: with --http2 (expected: HTTP/1.1, where a stream has a connection)");
        }
        if (work.stuck() > 0 && wireOptions.isCompressed()) {
            throw new ParameterException(
                    spec.commandLine(), "--stuck: with --compressed (expected: without; a cut stream has no trailer)");
        }
        if (selfTest) {
            refuseTargets();
            Comparison comparison = new SelfTest(
                            work,
                            targetOptions.sources(),
                            workOptions.rounds(),
                            loops(),
                            linger(),
                            tls,
                            wireOptions.wire(Trust.any()),
                            spec.root().userObject().getClass(),
                            progress)
                    .run();
            reportOptions.tell(comparison.toText(), comparison);
            return comparison.exitCode();
        }
        if (linger != null) {
            throw new ParameterException(
                    spec.commandLine(), "--linger: " + linger + " (expected: with --self-test; a server has its own)");
        }
        if (tls) {
            throw new ParameterException(
                    spec.commandLine(), "--tls: given (expected: with --self-test; else an https URL)");
        }
        Target target = targetOptions.target(work.connections(), wireOptions.wire());
        ServerProcess server = targetOptions.process();
        WarmUp.run(warmUp, progress);
        Report report = Load.run(target, work, server, progress);
        reportOptions.tell(ReportText.of(report), report);
        return report.exitCode();
    }

    private void refuseTargets() {
        for (String option :
                List.of("--url", "--publish-url", "--header", "--pid", "--warm-up", "--ca", "--insecure")) {
            if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
                throw new ParameterException(
                        spec.commandLine(), option + ": with --self-test (expected: without; its servers are its own)");
            }
        }
    }

    private Duration linger() {
        int millis = linger == null ? 0 : linger;
        if (millis < 0 || millis > MOST_LINGER) {
            throw new ParameterException(
                    spec.commandLine(), "--linger: " + millis + " (expected: 0 to " + MOST_LINGER + ")");
        }
        return Duration.ofMillis(millis);
    }

    private int loops() {
        return eventLoops == null ? Runtime.getRuntime().availableProcessors() : eventLoops;
    }
}

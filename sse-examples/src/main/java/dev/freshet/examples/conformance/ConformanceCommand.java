package dev.freshet.examples.conformance;

import dev.freshet.examples.conformance.check.Check;
import dev.freshet.examples.conformance.check.Conformance;
import dev.freshet.examples.conformance.check.Server;
import dev.freshet.examples.conformance.report.Report;
import dev.freshet.examples.conformance.report.ReportText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The command that judges a server of event streams; a subcommand of a command line that converts durations. */
@Command(
        name = "conformance",
        description = {
            "Judge any server of event streams by its URL, check by check:",
            "what HTML, HTTP and Fetch ask of it."
        },
        footer = "Exit code: 0 no check has failed; 1 one has; 2 bad use; 3 no connecting or publishing.")
public final class ConformanceCommand implements Callable<Integer> {

    private static final int FAILED = 1;
    private static final int NOT_REACHABLE = 3;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ServerOptions serverOptions;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private PublishOptions publishOptions;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--only",
            paramLabel = "CHECK",
            split = ",",
            showDefaultValue = Visibility.NEVER,
            description = "Make these checks and no others; those that they depend on must be named, too, to count.")
    private List<String> only = new ArrayList<>();

    @Option(
            names = "--skip",
            paramLabel = "CHECK",
            split = ",",
            showDefaultValue = Visibility.NEVER,
            description = "Leave these checks out.")
    private List<String> skip = new ArrayList<>();

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Where to write the report as JSON; - for standard output.")
    private @Nullable String json;

    @Option(names = "--quiet", description = "Tell no progress.")
    private boolean quiet;

    @Override
    public Integer call() throws IOException {
        ParseResult before = spec.commandLine().getParent().getParseResult();
        if (Stream.of("--host", "--port", "--hosts").anyMatch(before::hasMatchedOption)) {
            throw new ParameterException(
                    spec.commandLine(), "--host, --port: conformance listens nowhere (expected: --url)");
        }
        Set<Check> checks = only.isEmpty() ? EnumSet.allOf(Check.class) : checks("--only", only);
        checks.removeAll(checks("--skip", skip));
        if (checks.isEmpty()) {
            throw new IllegalArgumentException("--only, --skip: no check is left (expected: one at least)");
        }
        Server server = serverOptions.server(publishOptions);
        if (json != null && !json.equals("-")) {
            write(Path.of(json), ""); // before the run, which is long
        }
        PrintWriter err = spec.commandLine().getErr();
        Report report;
        try {
            report = Conformance.run(server, checks, progress(err));
        } catch (IOException e) {
            err.println("sse-examples: " + e.getMessage() + " (expected: a server that can be reached)");
            err.flush();
            return NOT_REACHABLE;
        }
        tell(report);
        return report.failed() == 0 ? ExitCode.OK : FAILED;
    }

    private Consumer<Check> progress(PrintWriter err) {
        return check -> {
            if (!quiet) {
                err.println("checking " + check.title());
                err.flush();
            }
        };
    }

    private void tell(Report report) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        boolean isPiped = "-".equals(json);
        (isPiped ? spec.commandLine().getErr() : out).print(ReportText.of(report));
        spec.commandLine().getErr().flush();
        out.flush();
        if (json != null) {
            String lines = JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build()
                    .writeValueAsString(report);
            if (isPiped) {
                out.println(lines);
            } else {
                write(Path.of(json), lines + "\n");
            }
        }
        out.flush();
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new IllegalArgumentException("--json: " + file + " (expected: a file that can be written)", e);
        }
    }

    private static Set<Check> checks(String option, List<String> titles) {
        Set<Check> checks = EnumSet.noneOf(Check.class);
        for (String title : titles) {
            checks.add(Stream.of(Check.values())
                    .filter(check -> check.title().equals(title))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(option + ": " + title + " (expected: one of "
                            + String.join(
                                    ", ",
                                    Stream.of(Check.values()).map(Check::title).toList()) + ")")));
        }
        return checks;
    }
}

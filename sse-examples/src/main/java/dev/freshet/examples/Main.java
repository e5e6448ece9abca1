package dev.freshet.examples;

import static java.util.Objects.requireNonNullElse;

import dev.freshet.examples.conformance.ConformanceCommand;
import dev.freshet.examples.load.LoadCommand;
import dev.freshet.examples.load.server.ByHandServer;
import io.netty.handler.ssl.SslContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ScopeType;

/** The command line of the examples; without a subcommand, the dashboard. */
@Command(
        name = "sse-examples",
        description = "Examples of Freshet, a Server-Sent Events server library. Without a command: the dashboard.",
        subcommands = {
            DashboardCommand.class,
            ClockCommand.class,
            EmbedCommand.class,
            PricesCommand.class,
            RoomsCommand.class,
            ChatCommand.class,
            OpenAiCommand.class,
            LogsCommand.class,
            McpCommand.class,
            OrdersCommand.class,
            RelayCommand.class,
            LoadCommand.class,
            ConformanceCommand.class
        },
        scope = ScopeType.INHERIT,
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        usageHelpAutoWidth = true,
        versionProvider = Main.Version.class)
public final class Main implements Callable<Integer> {

    @Mixin
    final Listen listen = new Listen();

    /**
     * Runs one example until the process is ended.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        int code = commandLine().execute(args);
        if (code != 0) {
            System.exit(code);
        }
    }

    /** Creates the command line. A usage error is one line on its error stream and exit code 2. */
    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(Duration.class, new Durations())
                .setParameterExceptionHandler((refused, args) -> refuse(refused.getCommandLine(), refused))
                .setExecutionExceptionHandler((failed, commandLine, parsed) -> refuse(commandLine, failed));
    }

    @Override
    public Integer call() {
        return DashboardCommand.serve(listen);
    }

    /** Serves the hand-written server that the load tool compares with. */
    @Command(
            name = "by-hand",
            hidden = true,
            description = "Serve the fan-out that one writes by hand, to compare with.")
    int serveByHand(@Mixin Listen listening, @Mixin LoopOptions loops, @Mixin TlsOptions tls) throws Exception {
        listening.refuseHosts();
        int threads = requireNonNullElse(loops.eventLoops, Runtime.getRuntime().availableProcessors());
        SslContext context = tls.context();
        ByHandServer server = ByHandServer.start(listening.host(), listening.port(), threads, loops.transport, context);
        return Program.run(listening, listening.url(context == null ? "http" : "https", server.address()), server);
    }

    private static int refuse(CommandLine commandLine, Exception refused) {
        String message = refused.getMessage() == null ? refused.toString() : refused.getMessage();
        String line = message.strip().replaceAll("\\s*\\R\\s*", " ");
        commandLine.getErr().println("sse-examples: " + line);
        commandLine.getErr().flush();
        return ExitCode.USAGE;
    }

    /** The version of the build, from a resource, so that it is available from a jar and from a folder of classes. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {new String(Page.read("version.txt"), StandardCharsets.UTF_8).strip()};
        }
    }
}

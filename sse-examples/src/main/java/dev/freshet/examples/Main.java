package dev.freshet.examples;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line of the examples: without a subcommand it is the dashboard. */
@Command(
        name = "sse-examples",
        description = "Examples of Freshet, a Server-Sent Events server library. Without a command: the dashboard.",
        subcommands = {DashboardCommand.class, RelayCommand.class},
        scope = ScopeType.INHERIT,
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        usageHelpAutoWidth = true,
        versionProvider = Main.Version.class)
public final class Main implements Callable<Integer> {

    static final int BAD_USE = 2;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            scope = ScopeType.INHERIT,
            description = "Address to listen on.")
    @SuppressWarnings("NullAway.Init")
    private String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8080",
            scope = ScopeType.INHERIT,
            description = "Port to listen on; 0 picks a free one.")
    private int port;

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

    /** The whole command line; what it refuses is one line on its error stream and exit code 2. */
    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setParameterExceptionHandler((refused, args) -> refuse(refused.getCommandLine(), refused))
                .setExecutionExceptionHandler((failed, commandLine, parsed) -> refuse(commandLine, failed));
    }

    @Override
    public Integer call() {
        return DashboardCommand.serve(this, spec.commandLine());
    }

    String host() {
        return host;
    }

    int port(CommandLine commandLine) {
        if (port < 0 || port > 65_535) {
            throw new ParameterException(commandLine, "--port: " + port + " (expected: 0 to 65535)");
        }
        return port;
    }

    private static int refuse(CommandLine commandLine, Exception refused) {
        String message = refused.getMessage() == null ? refused.toString() : refused.getMessage();
        String line = message.strip().replaceAll("\\s*\\R\\s*", " ");
        commandLine.getErr().println("sse-examples: " + line);
        commandLine.getErr().flush();
        return BAD_USE;
    }

    /** The version of the build, from a resource, so that it is known from a jar and from a folder of classes alike. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() throws IOException {
            try (InputStream in = Main.class.getResourceAsStream("version.txt")) {
                return new String[] {
                    in == null ? "Freshet" : new String(in.readAllBytes(), StandardCharsets.UTF_8).strip()
                };
            }
        }
    }
}

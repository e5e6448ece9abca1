package dev.freshet.examples;

import dev.freshet.examples.load.LoadCommand;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ScopeType;

/** The command line of the examples; without a subcommand, the dashboard. */
@Command(
        name = "sse-examples",
        description = "Examples of Freshet, a Server-Sent Events server library. Without a command: the dashboard.",
        subcommands = {
            DashboardCommand.class,
            ChatCommand.class,
            OpenAiCommand.class,
            McpCommand.class,
            RelayCommand.class,
            LoadCommand.class,
            ByHandCommand.class
        },
        scope = ScopeType.INHERIT,
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        usageHelpAutoWidth = true,
        versionProvider = Main.Version.class)
public final class Main implements Callable<Integer> {

    static final int BAD_USE = 2;

    @Mixin
    private Listen listen = new Listen();

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

    Listen listen() {
        return listen;
    }

    private static int refuse(CommandLine commandLine, Exception refused) {
        String message = refused.getMessage() == null ? refused.toString() : refused.getMessage();
        String line = message.strip().replaceAll("\\s*\\R\\s*", " ");
        commandLine.getErr().println("sse-examples: " + line);
        commandLine.getErr().flush();
        return BAD_USE;
    }

    /** The version of the build, from a resource, so that it is available from a jar and from a folder of classes. */
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

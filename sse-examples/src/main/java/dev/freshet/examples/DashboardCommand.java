package dev.freshet.examples;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The command that serves the dashboard. */
@Command(name = "dashboard", description = "Serve a page with live feeds, metrics and notifications (the default).")
final class DashboardCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private Main main;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Listen listen;

    @Override
    public Integer call() {
        return serve(listen.or(main.listen()), spec.commandLine());
    }

    static int serve(Listen listen, CommandLine commandLine) {
        Dashboard dashboard = Dashboard.start(listen.server(commandLine));
        String url = Program.url("http", listen.host(), dashboard.server().address());
        return Program.run(url, dashboard.server(), dashboard, commandLine.getOut());
    }
}

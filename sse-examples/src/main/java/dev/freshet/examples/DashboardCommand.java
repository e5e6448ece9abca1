package dev.freshet.examples;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command that serves the dashboard. */
@Command(name = "dashboard", description = "Serve a page with live feeds, metrics and notifications (the default).")
final class DashboardCommand implements Callable<Integer> {

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Listen listen;

    @Override
    public Integer call() {
        return serve(listen);
    }

    static int serve(Listen listen) {
        Dashboard dashboard = Dashboard.start(listen.server());
        String url = Program.url("http", listen.host(), dashboard.server().address());
        return Program.run(
                url, dashboard.server(), dashboard, listen.commandLine().getOut());
    }
}

package dev.freshet.examples;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command that serves the dashboard. */
@Command(name = "dashboard", description = "Serve a page with live feeds and notifications (the default).")
final class DashboardCommand implements Callable<Integer> {

    @Mixin
    private Listen listen = new Listen();

    @Override
    public Integer call() {
        return serve(listen);
    }

    static int serve(Listen listen) {
        return Dashboard.start(listen.server()).run(listen);
    }
}

package dev.freshet.examples;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command that serves the time. */
@Command(name = "clock", description = "Serve the time at /clock, each second: the smallest example.")
final class ClockCommand implements Callable<Integer> {

    @Mixin
    private Listen listen = new Listen();

    @Override
    public Integer call() {
        return Clock.start(listen.server()).run(listen);
    }
}

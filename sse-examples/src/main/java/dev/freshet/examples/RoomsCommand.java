package dev.freshet.examples;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command that serves the rooms. */
@Command(name = "rooms", description = "Serve rooms: who is there, messages to all, and a kick.")
final class RoomsCommand implements Callable<Integer> {

    @Mixin
    private Listen listen = new Listen();

    @Override
    public Integer call() {
        return Rooms.start(listen.server()).run(listen);
    }
}

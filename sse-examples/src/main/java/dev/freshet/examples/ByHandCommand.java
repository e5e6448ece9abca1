package dev.freshet.examples;

import dev.freshet.examples.load.server.ByHandServer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command that serves the hand-written server that the load tool compares with. */
@Command(name = "by-hand", hidden = true, description = "Serve the fan-out that one writes by hand, to compare with.")
final class ByHandCommand implements Callable<Integer> {

    @Mixin
    private Listen listen = new Listen();

    @Mixin
    private LoopOptions loops = new LoopOptions();

    @Override
    public Integer call() {
        listen.refuseHosts();
        Integer given = loops.eventLoops();
        int threads = given == null ? Runtime.getRuntime().availableProcessors() : given;
        ByHandServer server = ByHandServer.start(listen.host(), listen.port(), threads, loops.transport());
        return Program.run(listen.url("http", server.address()), server, listen.out());
    }
}

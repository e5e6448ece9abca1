package dev.freshet.examples;

import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command that serves a note. */
@Command(name = "embed", description = "Serve a note by a Netty service, its changes by one handler.")
final class EmbedCommand implements Callable<Integer> {

    @Mixin
    private Listen listen = new Listen();

    @Override
    public Integer call() {
        Embed service = new Embed(listen.handler());
        InetSocketAddress address = service.start(listen.host(), listen.port());
        return Program.run(listen, listen.url("http", address), service);
    }
}

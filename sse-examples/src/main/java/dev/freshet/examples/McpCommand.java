package dev.freshet.examples;

import dev.freshet.netty.SseServer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The command that serves tools to language models. */
@Command(name = "mcp", description = "Serve tools to language models at /mcp: the Model Context Protocol over HTTP.")
final class McpCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private Main main;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Listen listenHere;

    @Override
    public Integer call() {
        Listen listen = listenHere.or(main.listen());
        Mcp mcp = new Mcp(Chat.PACE);
        SseServer server = mcp.on(listen.server(spec.commandLine())).start();
        String url = Program.url("http", listen.host(), server.address()) + Mcp.PATH;
        return Program.run(url, server, mcp, spec.commandLine().getOut());
    }
}

package dev.freshet.examples;

import dev.freshet.netty.SseServer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command that serves tools to language models. */
@Command(name = "mcp", description = "Serve tools to language models at /mcp: the Model Context Protocol over HTTP.")
final class McpCommand implements Callable<Integer> {

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Listen listen;

    @Override
    public Integer call() {
        Mcp mcp = new Mcp(Chat.PACE);
        SseServer server = mcp.on(listen.server()).start();
        String url = Program.url("http", listen.host(), server.address()) + Mcp.PATH;
        return Program.run(url, server, mcp, listen.commandLine().getOut());
    }
}

package dev.freshet.examples;

import dev.freshet.netty.SseServer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command that serves tools to language models. */
@Command(name = "mcp", description = "Serve the Model Context Protocol: tools for language models.")
final class McpCommand implements Callable<Integer> {

    @Mixin
    private Listen listen = new Listen();

    @Override
    public Integer call() {
        Mcp mcp = new Mcp(Chat.PACE);
        SseServer server = mcp.on(listen.server()).start();
        return Program.run(listen, listen.url("http", server.address()) + Mcp.PATH, Program.drain(server), mcp);
    }
}

package dev.freshet.examples;

import dev.freshet.netty.SseServer;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadPoolExecutor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command that serves chat completions. */
@Command(name = "openai", description = "Serve OpenAI's chat completions; any key sk-... will do.")
final class OpenAiCommand implements Callable<Integer> {

    private static final int STREAMS = 64;

    @Mixin
    private Listen listen = new Listen();

    @Override
    public Integer call() {
        ThreadPoolExecutor streams = ChatCompletions.streams(STREAMS);
        SseServer server =
                with(listen.server(), new ChatCompletions(streams, Chat.PACE)).start();
        return Program.run(listen, listen.url("http", server.address()), Program.drain(server), streams::shutdownNow);
    }

    /** Configures a server, whose error replies are also OpenAI's errors. */
    static SseServer.Builder with(SseServer.Builder server, ChatCompletions completions) {
        return server.origins()
                .refusals((status, reason) -> ChatCompletions.error(status, ChatCompletions.BAD_REQUEST, null, reason))
                .endpoint("POST", ChatCompletions.PATH, completions);
    }
}

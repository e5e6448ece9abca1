package dev.freshet.examples;

import dev.freshet.log.Retention;
import dev.freshet.netty.SseServer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command that serves the chat. */
@Command(name = "chat", description = "Serve a page that shows the tokens of an answer, and resumes it.")
final class ChatCommand implements Callable<Integer> {

    @Mixin
    private Listen listen = new Listen();

    @Mixin
    private final StoreOptions store = new StoreOptions();

    @Override
    public Integer call() throws Exception {
        try (store) { // if the chat does not start
            Chat chat = Chat.start(store.hub(Retention.defaults()), listen.server());
            SseServer server = chat.server();
            return Program.run(listen, listen.url("http", server.address()), Program.drain(server), chat, store);
        }
    }
}

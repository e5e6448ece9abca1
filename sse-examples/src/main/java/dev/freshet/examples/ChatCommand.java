package dev.freshet.examples;

import dev.freshet.log.Retention;
import dev.freshet.netty.SseServer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command that serves the chat. */
@Command(name = "chat", description = "Serve a page that shows the tokens of an answer as they come, and resumes it.")
final class ChatCommand implements Callable<Integer> {

    @Mixin
    private Listen listen = new Listen();

    @Mixin
    private StoreOptions store = new StoreOptions();

    @Override
    public Integer call() {
        SseServer.Builder server = listen.server();
        Chat chat = store.start(Retention.defaults(), listen.commandLine(), hub -> Chat.start(hub, server));
        AutoCloseable all = () -> {
            chat.close();
            store.close();
        };
        return Program.run(listen.url("http", chat.server().address()), chat.server(), all, listen.out());
    }
}

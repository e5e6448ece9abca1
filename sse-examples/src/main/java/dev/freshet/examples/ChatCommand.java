package dev.freshet.examples;

import dev.freshet.log.Retention;
import dev.freshet.netty.SseServer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The command that serves the chat. */
@Command(name = "chat", description = "Serve a page that shows the tokens of an answer as they come, and resumes it.")
final class ChatCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private Main main;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Listen listenHere;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private StoreOptions store;

    @Override
    public Integer call() {
        Listen listen = listenHere.or(main.listen());
        SseServer.Builder server = listen.server(spec.commandLine());
        Chat chat = store.start(Retention.defaults(), spec.commandLine(), hub -> Chat.start(hub, Chat.PACE, server));
        String url = Program.url("http", listen.host(), chat.server().address());
        AutoCloseable all = () -> {
            chat.close();
            store.close();
        };
        return Program.run(url, chat.server(), all, spec.commandLine().getOut());
    }
}

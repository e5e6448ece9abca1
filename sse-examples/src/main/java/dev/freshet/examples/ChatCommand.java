package dev.freshet.examples;

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

    @Override
    public Integer call() {
        Listen listen = listenHere.or(main.listen());
        Chat chat = Chat.start(Chat.PACE, listen.server(spec.commandLine()));
        String url = Program.url("http", listen.host(), chat.server().address());
        return Program.run(url, chat.server(), chat, spec.commandLine().getOut());
    }
}

package dev.freshet.examples;

import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** The load tool as a user calls it, and what it wrote. */
final class LoadTool {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    int load(String url, String arguments) {
        List<String> all = new ArrayList<>(List.of("load", "--quiet", "--warm-up", "0", "--url", url));
        all.addAll(List.of(arguments.split(" ")));
        return run(all.toArray(String[]::new));
    }

    int run(String... arguments) {
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out));
        commandLine.setErr(new PrintWriter(err));
        return commandLine.execute(arguments);
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }

    static Relay relay() {
        return Relay.start(
                SseHub.builder(), SseServer.builder().host("127.0.0.1").port(0), new Guard());
    }

    static String url(Relay relay) {
        return "http://127.0.0.1:" + relay.server().address().getPort();
    }

    static String self() {
        return String.valueOf(ProcessHandle.current().pid());
    }
}

package dev.freshet.examples;

import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseRequest;
import dev.freshet.netty.SseServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledExecutorService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command that streams a file that grows. */
@Command(name = "logs", description = "Stream the lines of a file that grows, to readers of any speed.")
final class LogsCommand implements Callable<Integer> {

    private static final long LEAST = 64 << 10;

    @Mixin
    private Listen listen = new Listen();

    @Option(
            names = "--most-behind",
            paramLabel = "BYTES",
            description = "How far a reader may be behind the end of the file; one that is further behind skips lines.")
    private long mostBehind = 1 << 20;

    @Parameters(paramLabel = "FILE", description = "File to follow.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Override
    public Integer call() {
        if (mostBehind < LEAST) {
            throw new IllegalArgumentException("--most-behind: " + mostBehind + " (expected: >= " + LEAST + ")");
        }
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new IllegalArgumentException("FILE: " + file + " (expected: a file that can be read)");
        }
        ScheduledExecutorService reader = Program.scheduler("reader");
        LogLines lines = new LogLines(file, mostBehind, reader);
        SseServer server = with(listen.server(), lines).start();
        String url = listen.url("http", server.address());
        return Program.run(listen, url, lines::complete, Program.drain(server), () -> Program.stop(reader));
    }

    /** Configures a server of streams of the lines. */
    static SseServer.Builder with(SseServer.Builder server, LogLines lines) {
        return server.origins()
                .endpoint("/logs", Requests.checked(request -> SseReply.stream(lines.after(place(request)))));
    }

    /** Returns the place behind the last line that a client has. */
    private static LogPlace place(SseRequest request) {
        String id = request.lastEventId();
        return id == null ? LogPlace.BEGINNING : LogPlace.parse(id);
    }
}

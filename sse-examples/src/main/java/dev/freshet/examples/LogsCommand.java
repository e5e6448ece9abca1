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
        SseServer server = with(listen.server(), file, mostBehind, reader).start();
        String url = listen.url("http", server.address());
        return Program.run(listen, url, Program.drain(server), () -> Program.stop(reader));
    }

    /** Configures a server, all of whose readers share one thread. */
    static SseServer.Builder with(
            SseServer.Builder server, Path file, long mostBehind, ScheduledExecutorService reader) {
        return server.origins()
                .endpoint(
                        "/logs",
                        Requests.checked(
                                request -> SseReply.stream(new LogLines(file, offset(request), mostBehind, reader))));
    }

    /** Returns the offset behind the last line that a client has, or 0. */
    private static long offset(SseRequest request) {
        String id = request.lastEventId();
        if (id != null && !id.matches("[0-9]{1,18}")) {
            throw new IllegalArgumentException("last event id: malformed (expected: an offset in the file)");
        }
        return id == null ? 0 : Long.parseLong(id);
    }
}

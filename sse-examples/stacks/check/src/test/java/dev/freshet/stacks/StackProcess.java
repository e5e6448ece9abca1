package dev.freshet.stacks;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.harness.RestartPort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The service of a stack in a process of its own. Not thread-safe. */
final class StackProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final Process process;
    private final Path log;
    private final int port;
    private final int eventsPort;

    private StackProcess(Process process, Path log, int port, int eventsPort) {
        this.process = process;
        this.log = log;
        this.port = port;
        this.eventsPort = eventsPort;
    }

    /** Starts it; what it logs goes to a file. */
    static StackProcess start(Stack stack) throws IOException {
        return start(stack, stack.folder.getFileName() + "", "@" + stack.command());
    }

    /** Starts it on what its class path has beside {@code sse-netty} and Netty. */
    static StackProcess startWithoutNetty(Stack stack) throws IOException {
        Path command = Path.of("target", stack.folder.getFileName() + "-without-netty");
        Files.writeString(
                command, Files.readString(stack.command()).replaceAll("[^:\"]*/(sse-netty/|netty-)[^:\"]*:?", ""));
        return start(stack, command.getFileName() + "", "@" + command);
    }

    private static StackProcess start(Stack stack, String name, String command) throws IOException {
        int port = RestartPort.next();
        int eventsPort = stack.ports == Stack.Ports.ONE ? port : RestartPort.next();
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        words.add("-Dio.netty.leakDetection.level=paranoid");
        for (String framework : List.of("server", "micronaut.server", "quarkus.http")) {
            words.add("-D" + framework + ".port=" + port);
        }
        words.add("-Devents.port=" + eventsPort);
        words.add(command);
        Path log = Path.of("target", name + ".log");
        Process process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new StackProcess(process, log, port, eventsPort);
    }

    /** A reply of a server that listens before it serves its routes. */
    private static final class NotServedYet extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotServedYet(String message) {
            super(message);
        }
    }

    /** Asks the framework's own route until it answers. */
    void awaitStart() throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                publish(0);
                return;
            } catch (IOException | NotServedYet e) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw e;
                }
                process.waitFor(100, TimeUnit.MILLISECONDS);
            }
        }
    }

    /** Has the framework's own route publish an event. */
    void publish(int price) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port + "/ticks?price=" + price);
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(uri).POST(BodyPublishers.noBody()).build(), BodyHandlers.ofString());
        if (response.statusCode() == 404 || response.statusCode() == 503) {
            throw new NotServedYet(uri + ": " + response.statusCode());
        }
        if (response.statusCode() / 100 != 2) {
            throw new AssertionError(uri + ": " + response.statusCode() + " " + response.body());
        }
    }

    /** Connects to the port of its streams. */
    RawSseClient connect() throws IOException {
        return RawSseClient.connect("127.0.0.1", eventsPort);
    }

    /** Follows its stream. */
    RawSseClient follow(@Nullable String lastEventId) throws IOException {
        RawSseClient client = connect();
        RawSseClient.Head head =
                lastEventId == null ? client.get("/events") : client.get("/events", "Last-Event-ID: " + lastEventId);
        if (head.status() != 200) {
            throw new AssertionError("/events: " + head);
        }
        return client;
    }

    /** Tells it to end, as an orchestrator does: SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** Its exit code. */
    int join() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("it has not ended within " + PATIENCE);
        }
        return process.exitValue();
    }

    /** What it has logged. */
    String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

package dev.freshet.netty;

import dev.freshet.event.EventId;
import dev.freshet.harness.ChildJvm;
import dev.freshet.netty.Tally.Published;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** A server in a process of its own, that is told in lines {@code TOPIC DATA} what to publish. Thread-safe. */
final class StreamServerProcess implements Origin {
    private final Process process;
    private final Writer orders;
    private final BufferedReader answers;
    private final int port;

    private StreamServerProcess(Process process) throws IOException {
        this.process = process;
        this.orders = process.outputWriter();
        this.answers = process.inputReader();
        this.port = Integer.parseInt(answer());
    }

    static StreamServerProcess start(Wire wire) throws IOException {
        return new StreamServerProcess(
                ChildJvm.of(List.of(), StreamServerProcess.class, wire.name()).start());
    }

    /** Serves until its input ends. */
    public static void main(String[] arguments) throws Exception {
        try (StreamServer server = StreamServer.start(Wire.valueOf(arguments[0]))) {
            System.out.println(server.port());
            BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                String[] fields = order.split(" ", 2);
                System.out.println(server.publish(fields[0], fields[1]).id());
            }
        }
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public synchronized Published publish(String topic, String data) {
        try {
            orders.append(topic).append(' ').append(data).append('\n').flush();
            return new Published(EventId.parse(answer()), data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String answer() throws IOException {
        return Objects.requireNonNull(answers.readLine(), "the server's process has ended");
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

package dev.freshet.examples;

import dev.freshet.harness.ChildJvm;
import dev.freshet.harness.RestartPort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A relay, or a chat, in a process of its own, that may be started again on its port. For one thread. */
public final class NodeProcess implements AutoCloseable {
    /** How a process is told to end. */
    public enum End {
        SIGTERM,
        SIGKILL
    }

    private final List<String> options;
    private final UnaryOperator<ProcessBuilder> change;
    private final String[] arguments;
    final int port;
    private Process process;

    private NodeProcess(List<String> options, UnaryOperator<ProcessBuilder> change, int port, String... arguments)
            throws IOException {
        this.options = options;
        this.change = change;
        this.port = port;
        this.arguments = arguments;
        this.process = launch();
    }

    /** Starts a command, and waits until it is ready. */
    public static NodeProcess start(String command, String... options) throws IOException {
        return start(List.of("-Xmx256m"), command, options);
    }

    /** Starts a command in a JVM with options, and waits until it is ready. */
    public static NodeProcess start(List<String> jvm, String command, String... options) throws IOException {
        return start(jvm, UnaryOperator.identity(), command, options);
    }

    /** Starts a command in a process that is changed before each start, and waits until it is ready. */
    public static NodeProcess start(
            List<String> jvm, UnaryOperator<ProcessBuilder> change, String command, String... options)
            throws IOException {
        int port = RestartPort.next();
        List<String> arguments = new ArrayList<>(List.of(command, "--port", Integer.toString(port)));
        arguments.addAll(List.of(options));
        return new NodeProcess(jvm, change, port, arguments.toArray(String[]::new));
    }

    private Process launch() throws IOException {
        Process started =
                change.apply(ChildJvm.of(options, Main.class, arguments)).start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8));
        String ready = out.readLine();
        if (ready == null || !ready.startsWith("ready ")) {
            started.destroyForcibly();
            throw new IOException("node: " + ready + " (expected: ready)");
        }
        return started;
    }

    /** Returns the port that it listens to. */
    public int port() {
        return port;
    }

    /** Returns the process. */
    public Process process() {
        return process;
    }

    /** Ends it, and starts it again. */
    public void startAgainAfter(End how) throws Exception {
        end(how);
        start();
    }

    /** Starts it again after it has ended. */
    public void start() throws IOException {
        process = launch();
    }

    /** Ends it, and waits until it has ended. */
    public void end(End how) throws InterruptedException {
        if (how == End.SIGKILL) {
            process.destroyForcibly();
        } else {
            process.toHandle().destroy();
        }
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("node: does not end");
        }
    }

    @Override
    public void close() throws Exception {
        end(End.SIGKILL);
    }
}

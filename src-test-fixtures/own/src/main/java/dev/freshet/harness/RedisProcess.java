package dev.freshet.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A {@code redis-server} process on a free port of 127.0.0.1. It has its files in a folder, and can be stopped and
 * started again on the same port. Not thread-safe.
 */
public final class RedisProcess implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;

    private final int port;
    private final List<String> command = new ArrayList<>();
    private final Path folder;
    private Process process;

    private RedisProcess(Path folder, List<String> first, List<String> options) throws IOException {
        this.port = RestartPort.next();
        this.folder = folder;
        command.add("redis-server");
        command.addAll(first);
        command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1", "--dir", folder.toString()));
        command.addAll(options);
        this.process = launch();
    }

    /**
     * Starts a server, and waits until it replies.
     *
     * @param options of its command line, such as {@code --appendonly yes}, each word by itself
     */
    public static RedisProcess start(Path folder, String... options) throws IOException {
        List<String> all = new ArrayList<>(List.of("--save", ""));
        all.addAll(List.of(options));
        RedisProcess redis = new RedisProcess(folder, List.of(), all);
        redis.awaitReady();
        return redis;
    }

    /** Starts a sentinel, which monitors no server yet, and waits until it replies. */
    public static RedisProcess startSentinel(Path folder) throws IOException {
        Path configuration = Files.createFile(folder.resolve("sentinel.conf")); // the sentinel writes to it
        RedisProcess sentinel = new RedisProcess(folder, List.of(configuration.toString(), "--sentinel"), List.of());
        sentinel.awaitReady();
        return sentinel;
    }

    /** Returns its port. */
    public int port() {
        return port;
    }

    /** Returns its URI for clients. */
    public String uri() {
        return "redis://127.0.0.1:" + port;
    }

    /** Returns the process. */
    public Process process() {
        return process;
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("redis-" + port + ".log").toFile())
                .start();
    }

    private void awaitReady() throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        String last = "";
        while (System.nanoTime() - deadline < 0 && process.isAlive()) {
            try {
                last = call("PING");
                if (!last.startsWith("-LOADING")) {
                    return;
                }
            } catch (IOException e) {
                last = e.toString();
            }
            Thread.onSpinWait();
        }
        close();
        throw new IOException("redis-server: not ready: " + last);
    }

    /** Stops it with a SIGTERM, and waits for its end. */
    public void stop() throws InterruptedException {
        process.destroy();
        awaitEnd();
    }

    /** Kills it, and waits for its end. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        awaitEnd();
    }

    private void awaitEnd() throws InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("redis-server: does not end");
        }
    }

    /** Starts it again, with the files that it has left. */
    public void startAgain() throws IOException {
        process = launch();
        awaitReady();
    }

    /**
     * Sends a command on a connection of its own.
     *
     * @return the reply as text: errors with their minus, arrays with one element a line
     */
    public String call(String... words) throws IOException {
        return call(List.of(), words);
    }

    /** Sends a command after another one, such as one that authenticates. */
    public String call(List<String> before, String... words) throws IOException {
        try (Socket socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port)) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            InputStream in = new BufferedInputStream(socket.getInputStream());
            if (!before.isEmpty()) {
                socket.getOutputStream().write(request(before));
                reply(in);
            }
            socket.getOutputStream().write(request(List.of(words)));
            return reply(in);
        }
    }

    private static byte[] request(List<String> words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(("*" + words.size() + "\r\n").getBytes(UTF_8));
        for (String word : words) {
            byte[] bytes = word.getBytes(UTF_8);
            out.writeBytes(("$" + bytes.length + "\r\n").getBytes(UTF_8));
            out.writeBytes(bytes);
            out.writeBytes(new byte[] {'\r', '\n'});
        }
        return out.toByteArray();
    }

    private static String reply(InputStream in) throws IOException {
        String line = line(in);
        char type = line.charAt(0);
        String rest = line.substring(1);
        if (type == '$') {
            int length = Integer.parseInt(rest);
            if (length < 0) {
                return "";
            }
            String text = new String(in.readNBytes(length), UTF_8);
            line(in);
            return text;
        }
        if (type == '*') {
            List<String> all = new ArrayList<>();
            for (int i = Integer.parseInt(rest); i > 0; i--) {
                all.add(reply(in));
            }
            return String.join("\n", all);
        }
        return type == '-' ? line : rest;
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("redis-server: the connection ended");
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(UTF_8);
    }

    /** Kills it; its files remain. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            awaitEnd();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

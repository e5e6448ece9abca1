package dev.freshet.examples.faults;

import dev.freshet.fixtures.CuttingProxy;
import dev.freshet.harness.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** A proxy in a process of its own, so that a signal can stop it. */
final class Between implements AutoCloseable {
    private final Process process;
    private final int port;

    private Between(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts one before a port of 127.0.0.1. */
    static Between before(int port) throws IOException {
        Process process = ChildJvm.of(ChildJvm.SHORT_LIVED, Between.class, Integer.toString(port))
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String own = out.readLine();
        if (own == null) {
            process.destroyForcibly();
            throw new IOException("proxy: no port (expected: a line with its port)");
        }
        return new Between(process, Integer.parseInt(own));
    }

    /** Starts a proxy before a port, says its own, and lives until it is killed. */
    public static void main(String[] port) throws Exception {
        try (CuttingProxy proxy = CuttingProxy.before(Integer.parseInt(port[0]))) {
            System.out.println(proxy.port());
            Thread.currentThread().join();
        }
    }

    Process process() {
        return process;
    }

    int port() {
        return port;
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}

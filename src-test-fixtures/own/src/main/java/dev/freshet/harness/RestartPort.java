package dev.freshet.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A port for a server that is started again at it. It is below 32768, from where Linux takes the local ports of connections: a
 * client that reconnects while no server listens could else be given the very port, and connect to itself.
 */
public final class RestartPort {
    private static final int FIRST = 20_000;
    private static final int END = 32_768;
    private static final int ATTEMPTS = 100;
    /** Of the processes of tests that run at once, each takes every eighth port. */
    private static final int FORKS = 8;

    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private RestartPort() {}

    /** Returns a port of 127.0.0.1 at which nothing listens now, and that was not returned before. */
    public static int next() throws IOException {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        IOException last = new IOException("no attempt");
        for (int i = 0; i < ATTEMPTS; i++) {
            int port =
                    ThreadLocalRandom.current().nextInt(FIRST / FORKS, END / FORKS) * FORKS + TestFork.NUMBER % FORKS;
            try (ServerSocket free = new ServerSocket(port, 1, loopback)) {
                if (GIVEN.add(port)) {
                    return free.getLocalPort();
                }
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }
}

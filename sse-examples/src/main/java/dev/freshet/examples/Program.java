package dev.freshet.examples;

import dev.freshet.netty.SseServer;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a started example as a process: it says that it is ready, waits to be ended, drains, and ends with exit
 * code 0.
 */
final class Program {

    private static final Logger LOG = LoggerFactory.getLogger(Program.class);
    private static final Duration DRAIN = Duration.ofSeconds(3);

    private Program() {}

    /**
     * Keeps the calling thread until the process is ended.
     *
     * @param url where it is found
     * @param server what is drained first
     * @param example what is closed then
     */
    static int run(String url, SseServer server, AutoCloseable example, PrintWriter out) {
        return run(url, () -> drain(server, example), out);
    }

    /**
     * Keeps the calling thread until the process is ended.
     *
     * @param url where it is found
     * @param ending what is to be done then
     */
    static int run(String url, Runnable ending, PrintWriter out) {
        // A signal would end the process with 128 + its number: halting from the hook makes a drained end a plain 0.
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            ending.run();
                            Runtime.getRuntime().halt(0);
                        },
                        "drain"));
        out.println("ready " + url);
        out.flush();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    private static void drain(SseServer server, AutoCloseable example) {
        try {
            server.shutdown(DRAIN).toCompletableFuture().get(DRAIN.toMillis() + 1_000, TimeUnit.MILLISECONDS);
            example.close();
        } catch (Exception e) {
            LOG.warn("ended before every connection was drained: {}", e.toString());
        }
    }

    /**
     * Where a server is found.
     *
     * @param host the host as the user named it
     * @param address what it became
     */
    static String url(String scheme, String host, InetSocketAddress address) {
        String name = host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
        return scheme + "://" + name + ":" + address.getPort();
    }
}

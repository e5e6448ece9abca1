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
 * The life cycle of a started example: it prints that it is ready, waits for the signal to end, drains, and exits with
 * code 0.
 */
final class Program {

    private static final Logger LOG = LoggerFactory.getLogger(Program.class);
    private static final Duration DRAIN = Duration.ofSeconds(3);

    private Program() {}

    /**
     * Blocks the calling thread until the process is ended.
     *
     * @param url the URL of the server
     * @param server drained first
     * @param example closed then
     */
    static int run(String url, SseServer server, AutoCloseable example, PrintWriter out) {
        return run(url, () -> drain(server, example), out);
    }

    /**
     * Blocks the calling thread until the process is ended.
     *
     * @param url the URL of the server
     * @param ending run at the end of the process
     */
    static int run(String url, Runnable ending, PrintWriter out) {
        // A signal ends the process with 128 + its number. Halting in the hook makes the exit code 0 after a drain.
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

    /** Waits, unless the thread is interrupted. */
    static void pause(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Shuts a server down, and closes the example then. */
    static void drain(SseServer server, AutoCloseable example) {
        try {
            server.shutdown(DRAIN).toCompletableFuture().get(DRAIN.toMillis() + 1_000, TimeUnit.MILLISECONDS);
            example.close();
        } catch (Exception e) {
            LOG.warn("ended before every connection was drained: {}", e.toString());
        }
    }

    /**
     * Returns the URL of a server.
     *
     * @param host the host as the user gave it
     * @param address the bound address
     */
    static String url(String scheme, String host, InetSocketAddress address) {
        String name = host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
        return scheme + "://" + name + ":" + address.getPort();
    }
}

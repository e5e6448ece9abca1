package dev.freshet.examples;

import dev.freshet.netty.SseServer;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An example whose endpoints use their server: its start, and its close. Also the life cycle of the process of any
 * example, and the executors that they have.
 */
abstract class Program implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(Program.class);
    private static final Duration DRAIN = Duration.ofSeconds(3);

    /** The server. It completes shortly after the port is open, so that a first request may arrive before. */
    private final CompletableFuture<SseServer> server = new CompletableFuture<>();

    /** Starts the server. If that fails, the rest is ended. */
    final void listen(SseServer.Builder builder) {
        try {
            server.complete(builder.start());
        } catch (Throwable e) {
            end();
            throw e;
        }
    }

    final SseServer server() {
        return server.join();
    }

    /** Ends everything but the server, which is closed before. */
    abstract void end();

    @Override
    public final void close() {
        server().close();
        end();
    }

    /** Runs this example until the process is ended: {@link #run(Listen, String, AutoCloseable...)}. */
    final int run(Listen listen) {
        return run(listen, listen.url("http", server().address()), drain(server()), this);
    }

    /**
     * Prints that an example is ready, blocks the calling thread until the process is ended, and exits with code 0.
     *
     * @param url the URL of the server
     * @param parts closed at the end of the process, in this order
     */
    static int run(Listen listen, String url, AutoCloseable... parts) {
        // A signal ends the process with 128 + its number. Halting in the hook makes the exit code 0 after a drain.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> closeAll(parts), "drain"));
        listen.out().println("ready " + url);
        listen.out().flush();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    private static void closeAll(AutoCloseable... parts) {
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Throwable e) {
                logger.warn("ended before everything was drained and closed: {}", e.toString());
            }
        }
        Runtime.getRuntime().halt(0);
    }

    /** Returns what shuts a server down, and waits until its streams are drained. */
    static AutoCloseable drain(SseServer server) {
        return () -> server.shutdown(DRAIN).toCompletableFuture().get(DRAIN.toMillis() + 1_000, TimeUnit.MILLISECONDS);
    }

    /** Creates an executor with one daemon thread. */
    static ScheduledExecutorService scheduler(String name) {
        return Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory(name, true));
    }

    /** Shuts an executor down: interrupts the task that it runs, and waits for it for up to 5 seconds. */
    static void stop(ExecutorService executor) {
        executor.shutdownNow();
        finish(executor);
    }

    /** Shuts an executor down, and waits for its tasks for up to 5 seconds. */
    static void finish(ExecutorService executor) {
        executor.shutdown();
        try {
            executor.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

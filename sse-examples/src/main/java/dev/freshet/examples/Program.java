package dev.freshet.examples;

import dev.freshet.netty.SseServer;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life cycle of a started example: it prints that it is ready, waits for the signal to end, drains, and exits with
 * code 0. Also what the examples share for their options and executors.
 */
final class Program {

    private static final Logger logger = LoggerFactory.getLogger(Program.class);
    private static final Duration DRAIN = Duration.ofSeconds(3);

    private Program() {}

    /** Runs as {@link #run(String, AutoCloseable, PrintWriter)}, and drains the server before the example is closed. */
    static int run(String url, SseServer server, AutoCloseable example, PrintWriter out) {
        return run(url, () -> drain(server, example), out);
    }

    /**
     * Blocks the calling thread until the process is ended.
     *
     * @param url the URL of the server
     * @param example closed at the end of the process
     */
    static int run(String url, AutoCloseable example, PrintWriter out) {
        // A signal ends the process with 128 + its number. Halting in the hook makes the exit code 0 after a drain.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(example), "drain"));
        out.println("ready " + url);
        out.flush();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    private static void end(AutoCloseable example) {
        try {
            example.close();
        } catch (Exception e) {
            logger.warn("ended before everything was drained and closed: {}", e.toString());
        } finally {
            Runtime.getRuntime().halt(0);
        }
    }

    /** Shuts a server down, and closes the example then. */
    static void drain(SseServer server, AutoCloseable example) throws Exception {
        server.shutdown(DRAIN).toCompletableFuture().get(DRAIN.toMillis() + 1_000, TimeUnit.MILLISECONDS);
        example.close();
    }

    /** Sets what an option says, if the option is given. */
    static <T> void ifGiven(@Nullable T option, Consumer<T> setting) {
        if (option != null) {
            setting.accept(option);
        }
    }

    /** Creates an executor with one daemon thread. */
    static ScheduledExecutorService scheduler(String name) {
        return Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory(name, true));
    }

    /** Shuts an executor down: interrupts the task that it runs, and waits for it for up to 5 seconds. */
    static void stop(ExecutorService executor) {
        executor.shutdownNow();
        try {
            executor.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

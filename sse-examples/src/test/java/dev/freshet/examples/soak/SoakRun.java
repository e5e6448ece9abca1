package dev.freshet.examples.soak;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

/** All load on a service, for some time. Not thread-safe. */
final class SoakRun {
    private static final int CLIENTS = 16;
    private static final int CHURNS = 2;
    private static final int STARTERS = 2;
    private static final long LONGEST_END_SECONDS = 300;

    private final SoakService service;
    private final SoakCounts counts;
    private final String name;

    SoakRun(SoakService service, SoakCounts counts, String name) {
        this.service = service;
        this.counts = counts;
        this.name = name;
    }

    /** Runs the load that long, or until something was wrong, and waits until each client has read to the end. */
    void run(Duration time) throws Exception {
        long deadline = System.nanoTime() + time.toNanos();
        BooleanSupplier over =
                () -> System.nanoTime() - deadline > 0 || !counts.faults().isEmpty();
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<Future<?>> all = new ArrayList<>();
            String end = "end-" + name;
            for (SoakPublisher publisher : service.publishers) {
                all.add(threads.submit(() -> {
                    publisher.publishUntil(over, end);
                    return null;
                }));
            }
            for (int i = 0; i < CLIENTS; i++) {
                int topics = 1 + i % SoakService.TOPICS.size();
                List<String> followed = SoakService.TOPICS.subList(0, topics);
                all.add(threads.submit(new SoakClient(service, name + "-" + i, followed, end, over, counts, i)));
            }
            for (int i = 0; i < CHURNS; i++) {
                all.add(threads.submit(new SoakChurn(service.port(), over, counts, i)));
            }
            for (int i = 0; i < STARTERS; i++) {
                all.add(threads.submit(new SoakAnswers(service, name + "-" + i + "-", threads, over, counts)));
            }
            for (Future<?> each : all) {
                each.get(time.toSeconds() + LONGEST_END_SECONDS, SECONDS);
            }
        } finally {
            threads.shutdownNow();
            threads.awaitTermination(LONGEST_END_SECONDS, SECONDS);
        }
    }
}

package dev.freshet.netty.redis;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.hub.SseHubBuilder;
import dev.freshet.store.FileEventStore;
import dev.freshet.store.Fsync;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * Prints how many events of 128 bytes three publishers get through a store, each with so many in flight, how long one takes until the
 * hub's own tail has brought it, and the memory of the hubs and of their process afterwards. A program: what JMH times is a call, and
 * thousands of these overlap, end on other threads and take their CPU there.
 */
public final class StoreThroughput {
    private static final int PUBLISHERS = 3;
    private static final SseEvent EVENT = SseEvent.of("x".repeat(128));
    private static final long WARM_UP_MILLIS = 7_000;
    private static final long MILLIS = 7_000;
    /** Of so many events one has its time taken. */
    private static final int SAMPLED = 64;

    private final Idempotence idempotence;
    private final List<SseHub> hubs = new ArrayList<>();
    private final List<AutoCloseable> stores = new ArrayList<>();
    private final ExecutorService forcing = Executors.newSingleThreadExecutor();
    private final LongAdder done = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final long[] nanos = new long[1 << 20];
    private final AtomicInteger samples = new AtomicInteger();
    private volatile boolean isOver;

    private StoreThroughput(Idempotence idempotence) {
        this.idempotence = idempotence;
    }

    /**
     * Runs it.
     *
     * @param args {@code memory}, {@code each}, {@code every}, {@code never}, which are of one hub on files, or the URI of a Redis,
     *     which three hubs share; how many are in flight for each publisher; and for Redis an {@link Idempotence}, unless {@code BY_KEY}
     */
    public static void main(String[] args) throws Exception {
        Idempotence idempotence = args.length > 2 ? Idempotence.valueOf(args[2]) : Idempotence.BY_KEY;
        new StoreThroughput(idempotence).run(args[0], Integer.parseInt(args[1]));
    }

    private void run(String kind, int inFlight) throws Exception {
        Path folder = Files.createTempDirectory("store");
        for (int i = 0; i < (kind.startsWith("redis") ? PUBLISHERS : 1); i++) {
            hubs.add(hub(kind, folder));
        }
        List<Thread> publishers = new ArrayList<>();
        for (int i = 0; i < PUBLISHERS; i++) {
            SseHub hub = hubs.get(i % hubs.size());
            String topic = "t" + i;
            publishers.add(new Thread(() -> publish(hub, topic, new Semaphore(inFlight))));
        }
        publishers.forEach(Thread::start);
        Thread.sleep(WARM_UP_MILLIS);
        samples.set(0);
        long before = done.sum();
        long cpu = cpuNanos();
        Thread.sleep(MILLIS);
        print(kind, done.sum() - before, cpuNanos() - cpu);
        isOver = true;
        for (Thread publisher : publishers) {
            publisher.join();
        }
        printMemory();
        hubs.forEach(SseHub::close);
        for (AutoCloseable store : stores) {
            store.close();
        }
        forcing.shutdown();
        delete(folder);
    }

    private SseHub hub(String kind, Path folder) {
        SseHubBuilder builder = SseHub.builder();
        if (kind.startsWith("redis")) {
            RedisEventStore store = RedisEventStore.builder(kind, "bench")
                    .idempotence(idempotence)
                    .build();
            stores.add(store);
            builder.store(store);
        } else if (!kind.equals("memory")) {
            Fsync fsync =
                    switch (kind) {
                        case "each" -> Fsync.each();
                        case "every" -> Fsync.every(Duration.ofMillis(10), forcing);
                        case "never" -> Fsync.never();
                        default -> throw new IllegalArgumentException(kind);
                    };
            FileEventStore store = FileEventStore.builder(folder).fsync(fsync).open();
            stores.add(store);
            builder.store(store);
        }
        return builder.build();
    }

    private void publish(SseHub hub, String topic, Semaphore room) {
        for (long i = 0; !isOver; i++) {
            room.acquireUninterruptibly();
            long begun = i % SAMPLED == 0 ? System.nanoTime() : 0;
            hub.publish(topic, EVENT).whenComplete((id, failure) -> {
                room.release();
                (failure == null ? done : failed).increment();
                int sample = begun == 0 ? nanos.length : samples.getAndIncrement();
                if (sample < nanos.length) {
                    nanos[sample] = System.nanoTime() - begun;
                }
            });
        }
    }

    private void print(String kind, long events, long cpu) {
        int count = Math.min(samples.get(), nanos.length);
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        System.out.printf(
                "%s: %,d events/s, %.2f us of this process's CPU for each, p50 %.2f ms, p99 %.2f ms, %d failed%n",
                kind,
                events * 1000 / MILLIS,
                cpu / 1e3 / events,
                sorted[count / 2] / 1e6,
                sorted[count - 1 - count / 100] / 1e6,
                failed.sum());
    }

    private void printMemory() {
        System.gc();
        long live = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        long held = hubs.stream().mapToLong(hub -> hub.stats().heldBytes()).sum();
        System.out.printf(
                "  memory for each of %d hub(s): %,d KiB held, %,d KiB of live heap; process: %s%n",
                hubs.size(), (held >> 10) / hubs.size(), (live >> 10) / hubs.size(), resident());
    }

    private static String resident() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS"))
                    .map(line -> line.replaceAll("\\s+", " "))
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static long cpuNanos() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .orElse(Duration.ZERO)
                .toNanos();
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}

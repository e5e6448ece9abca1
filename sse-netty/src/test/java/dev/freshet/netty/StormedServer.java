package dev.freshet.netty;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.hub.SseSnapshot;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A server in a process of its own whose streams begin with a megabyte of state, shared or each its own. Prints its port, and when
 * its input ends how often the state was asked for and what memory that took.
 */
final class StormedServer {
    static final int STATE_EVENTS = 256;
    private static final int STATE_EVENT_BYTES = 4 << 10;
    private static final Duration MAX_AGE = Duration.ofSeconds(1);
    private static final int EVENTS_A_SECOND = 10;

    private static final AtomicInteger calls = new AtomicInteger();
    private static volatile long number;
    private static volatile boolean over;

    private StormedServer() {}

    /** The state: the number of the newest event, and the rest of a megabyte. */
    private static List<SseEvent> state() {
        calls.incrementAndGet();
        List<SseEvent> events = new ArrayList<>(STATE_EVENTS + 1);
        String padding = "x".repeat(STATE_EVENT_BYTES);
        for (int i = 0; i < STATE_EVENTS; i++) {
            events.add(SseEvent.of("s" + i + " " + padding));
        }
        events.add(SseEvent.of("a" + number + " "));
        return events;
    }

    public static void main(String[] args) throws Exception {
        boolean isShared = Boolean.parseBoolean(args[0]);
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try (SseHub hub = SseHub.create()) {
            SseSnapshot shared = SseSnapshot.of(hub, List.of("t"), executor, () -> SseSnapshot.State.of(state()))
                    .maxAge(MAX_AGE);
            try (SseServer server = ServerFixture.local()
                    .transport(Transport.AUTO)
                    .eventLoops(2)
                    .limits(Limits.builder()
                            .connectionsPerAddress(10_000)
                            .socketsPerAddress(10_000)
                            .build())
                    .endpoint(
                            "/events",
                            request -> isShared
                                    ? SseReply.subscribe(hub, "t").snapshot(shared)
                                    : SseReply.subscribe(hub, "t").snapshot(StormedServer::state))
                    .start()) {
                Thread publisher = new Thread(() -> publish(hub), "publisher");
                publisher.start();
                System.gc();
                long idle = heap();
                System.out.println(server.address().getPort());
                Thread sampler = new Thread(() -> sample(idle), "sampler");
                sampler.start();
                while (System.in.read() >= 0) {}
                over = true;
                publisher.join();
                sampler.join();
            }
        } finally {
            executor.shutdown();
        }
    }

    private static void publish(SseHub hub) {
        while (!over) {
            hub.publish("t", SseEvent.of("n" + (number + 1) + " "));
            number++;
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1) / EVENTS_A_SECOND);
        }
    }

    private static long heap() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static void sample(long idle) {
        long start = System.nanoTime();
        long mostHeap = 0;
        long mostDirect = 0;
        while (!over) {
            mostHeap = Math.max(mostHeap, heap());
            mostDirect = Math.max(mostDirect, PlatformDependent.usedDirectMemory());
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        System.out.printf(
                "%d calls in %.1f s; heap, with garbage, %d KiB over %d KiB; direct memory %d KiB%n",
                calls.get(), (System.nanoTime() - start) / 1e9, (mostHeap - idle) >> 10, idle >> 10, mostDirect >> 10);
    }
}

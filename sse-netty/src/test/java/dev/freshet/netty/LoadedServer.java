package dev.freshet.netty;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Retention;
import io.netty.util.internal.PlatformDependent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A server in a process of its own whose topics have many megabytes a second. Prints its port, publishes until its input ends,
 * prints a line once it has seen enough, and at the end what it has seen. Without streams, its events are encoded and kept by the application, and nothing is published.
 */
final class LoadedServer {
    static final int TOPICS = 20;
    static final int TOPIC_BYTES = 2 << 20;
    private static final long HUB_BYTES = 64 << 20;
    static final int EVENT_BYTES = 2_000;
    /** Looks at the hub, once it has published more than it may retain, after which it has said enough. */
    private static final int LOOKS = 20;

    /** Before the number of each event. */
    static final char LETTER = 'n';

    private static final AtomicIntegerArray closed = new AtomicIntegerArray(CloseReason.values().length);
    private static volatile boolean over;
    private static volatile long published;
    private static volatile int errors;
    private static volatile @Nullable Throwable lastError;

    private LoadedServer() {}

    public static void main(String[] args) throws Exception {
        boolean hasStreams = Boolean.parseBoolean(args[0]);
        long eventsASecond = Long.parseLong(args[1]) * 1_000_000 / EVENT_BYTES;
        Retention retention = Retention.builder()
                .maxBytes(TOPIC_BYTES)
                .hubBytes(HUB_BYTES)
                .maxEvents(1_000_000)
                .maxAge(Duration.ofHours(1))
                .build();
        try (SseHub hub = SseHub.builder().retention(retention).build();
                SseServer server = SseServer.builder()
                        .host("127.0.0.1")
                        .port(0)
                        .eventLoops(2)
                        .retry(Duration.ofMillis(100), Duration.ofMillis(200))
                        .limits(Limits.builder()
                                .connectionsPerAddress(10_000)
                                .socketsPerAddress(10_000)
                                .build())
                        .listener(new SseListener() {
                            @Override
                            public void closed(SseConnection connection, CloseReason reason) {
                                closed.incrementAndGet(reason.ordinal());
                            }
                        })
                        .endpoint("/{topic}", request -> SseReply.subscribe(hub, request.pathParameter("topic")))
                        .start()) {
            System.out.println(server.address().getPort());
            Thread publisher = new Thread(() -> publish(hub, hasStreams, eventsASecond), "publisher");
            publisher.start();
            Thread sampler = new Thread(() -> sample(hub, hasStreams), "sampler");
            sampler.start();
            while (System.in.read() >= 0) {}
            over = true;
            publisher.join();
            sampler.join();
        }
    }

    private static void publish(SseHub hub, boolean isServed, long eventsASecond) {
        ArrayDeque<byte[]> kept = new ArrayDeque<>();
        long[] numbers = new long[TOPICS];
        String padding = "x".repeat(EVENT_BYTES - 30);
        long start = System.nanoTime();
        for (long count = 0; !over; count++) {
            long due = start + TimeUnit.SECONDS.toNanos(1) * count / eventsASecond;
            long early = due - System.nanoTime();
            if (early > 0) {
                LockSupport.parkNanos(Math.max(early, 200_000));
            }
            int topic = (int) (count % TOPICS);
            SseEvent event = SseEvent.of(LETTER + "" + numbers[topic]++ + " " + padding);
            try {
                if (isServed) {
                    hub.publish("t" + topic, event);
                } else {
                    kept.add(EventEncoder.encode(event));
                    if (kept.size() > TOPICS * TOPIC_BYTES / EVENT_BYTES) {
                        kept.remove();
                    }
                }
            } catch (Throwable e) {
                errors++;
                lastError = e;
            }
            published = count;
        }
    }

    private static void sample(SseHub hub, boolean isServed) {
        long most = (long) TOPICS * TOPIC_BYTES;
        long leastRetained = Long.MAX_VALUE;
        long mostHeld = 0;
        long mostDirect = 0;
        int looks = 0;
        long start = System.nanoTime();
        while (!over) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            if (published * EVENT_BYTES > most + most / 8) {
                if (++looks == LOOKS) {
                    System.out.println("enough");
                }
                leastRetained = Math.min(leastRetained, hub.stats().retainedBytes());
                mostHeld = Math.max(mostHeld, hub.stats().heldBytes());
                mostDirect = Math.max(mostDirect, PlatformDependent.usedDirectMemory());
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "%.0f s, %.1f MB/s published, %d errors, retained at least %d %% of its bound, held at most %d KiB, direct memory at most %d KiB%n",
                seconds,
                published * EVENT_BYTES / seconds / 1e6,
                errors,
                isServed ? leastRetained * 100 / most : 100,
                mostHeld >> 10,
                mostDirect >> 10);
        StringBuilder ends = new StringBuilder(lastError == null ? "ends:" : "last error: " + lastError + "; ends:");
        Arrays.stream(CloseReason.values())
                .filter(reason -> closed.get(reason.ordinal()) > 0)
                .forEach(reason -> ends.append(' ').append(reason).append(' ').append(closed.get(reason.ordinal())));
        System.out.println(ends);
    }
}

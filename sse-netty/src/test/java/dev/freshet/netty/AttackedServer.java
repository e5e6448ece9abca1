package dev.freshet.netty;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A server in a process of its own: a topic with a tick every few milliseconds, and endpoints that strangers may ask. Each
 * tick has its number and its time. It tells its ports, and then what it is asked on its input.
 */
final class AttackedServer {
    static final String OPEN = "open";
    static final String MEMORY = "memory";
    private static final int EVENT_LOOPS = 2;
    private static final int JUDGES = 4;

    private AttackedServer() {}

    /** Asks for a token before it reads anything, and takes its time over it. */
    private static final class Guarded implements SseEndpoint {
        @Override
        public SseReply handle(SseRequest request) {
            return SseReply.stop();
        }

        @Override
        public SseReply head(SseRequest request) {
            try {
                TimeUnit.SECONDS.sleep(1); // as a far database does
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return SseReply.refuse(401);
        }
    }

    private static SseServer.Builder server(SseHub hub, Executor judges) {
        return SseServer.builder()
                .host("127.0.0.1")
                .port(0)
                .eventLoops(EVENT_LOOPS)
                .endpoint("/events", request -> SseReply.subscribe(hub, "ticks"))
                .endpoint("POST", "/guarded", SseEndpoint.blocking(judges, new Guarded()))
                .endpoint("POST", "/take", request -> SseReply.stop());
    }

    public static void main(String[] args) throws Exception {
        Executor judges = Executors.newFixedThreadPool(JUDGES, AttackedServer::daemon);
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(AttackedServer::daemon);
        try (SseHub hub = SseHub.create();
                SseServer plain = server(hub, judges).start();
                SseServer tls = server(hub, judges).tls(Tls.server()).start();
                BufferedReader questions =
                        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            AtomicLong ticks = new AtomicLong();
            clock.scheduleAtFixedRate(
                    () -> hub.publish(
                            "ticks", SseEvent.of("tick", ticks.getAndIncrement() + " " + System.currentTimeMillis())),
                    0,
                    5,
                    TimeUnit.MILLISECONDS);
            System.out.println(plain.address().getPort());
            System.out.println(tls.address().getPort());
            for (String question = questions.readLine(); question != null; question = questions.readLine()) {
                System.out.println(
                        question.equals(OPEN)
                                ? plain.connections().count()
                                        + tls.connections().count()
                                : live());
            }
        }
    }

    /** Bytes of heap that a collection has just left, without what was made since. */
    private static long live() {
        System.gc();
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .mapToLong(pool -> pool.getCollectionUsage().getUsed())
                .sum();
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    }
}

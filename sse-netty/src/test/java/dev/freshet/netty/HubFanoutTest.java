package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Retention;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Publishers and followers at once, over real sockets: each follower's stream is checked against the hub's order. */
@Timeout(120)
class HubFanoutTest {
    private static final int PUBLISHERS = 8;
    private static final long SEED = 20_261_123L;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch published = new CountDownLatch(1);
    private final NavigableMap<EventId, String> order = new ConcurrentSkipListMap<>();

    /** By how much more is published. */
    int length() {
        return 1;
    }

    /** How long events wait for more. */
    Duration linger() {
        return Duration.ZERO;
    }

    @AfterEach
    void stopThreads() {
        threads.shutdownNow();
    }

    @Test
    void everyFollowerGetsEveryEventInOrderAcrossItsReconnects() throws Exception {
        List<Follower> followers = run(Retention.defaults(), List.of("a"), 12, 0, 600 * length(), 40);

        assertThat(followers).allSatisfy(follower -> {
            follower.assertWhole(order);
            assertThat(follower.resets()).isZero();
            assertThat(follower.sessions()).isGreaterThan(1);
        });
    }

    @Test
    void twoTopicsOnOneConnectionAreResumedByOneId() throws Exception {
        List<Follower> followers = run(Retention.defaults(), List.of("a", "b"), 12, 0, 600 * length(), 40);

        assertThat(followers).allSatisfy(follower -> {
            follower.assertWhole(order);
            assertThat(follower.resets()).isZero();
            assertThat(follower.sessions()).isGreaterThan(1);
        });
    }

    @Test
    void aFollowerThatLagsOutIsToldOnceAndThenGetsEverythingRetained() throws Exception {
        Retention small = Retention.builder().maxEvents(500).build();
        List<Follower> followers = run(small, List.of("a"), 0, 8, 500 * length(), 4000);

        assertThat(followers).allSatisfy(follower -> {
            follower.assertWhole(order);
            assertThat(follower.resets()).isPositive();
        });
    }

    @Test
    void eachOfTwoTopicsIsWholeBetweenTheResetsOfItsFollower() throws Exception {
        Retention small = Retention.builder().maxEvents(500).build();
        List<Follower> followers = run(small, List.of("a", "b"), 0, 6, 500 * length(), 4000);

        NavigableMap<EventId, String> a = topic(0);
        NavigableMap<EventId, String> b = topic(1);
        assertThat(followers).allSatisfy(follower -> {
            follower.assertWhole(a);
            follower.assertWhole(b);
            assertThat(follower.resets()).isPositive();
        });
    }

    /** What was published to one of two topics. */
    private NavigableMap<EventId, String> topic(int index) {
        NavigableMap<EventId, String> part = new TreeMap<>(order);
        part.values()
                .removeIf(data ->
                        data.equals(Follower.END) ? index != 0 : Integer.parseInt(data.split(" ", 3)[1]) % 2 != index);
        return part;
    }

    private List<Follower> run(Retention retention, List<String> topics, int readers, int laggards, int each, int size)
            throws Exception {
        String path = "/stream?topic=" + String.join("&topic=", topics);
        try (SseHub hub = SseHub.builder().retention(retention).linger(linger()).build();
                SseServer server = SseServer.builder()
                        .host("127.0.0.1")
                        .port(0)
                        .endpoint("/stream", request -> SseReply.subscribe(hub, request.queryAll("topic")))
                        .start()) {
            CountDownLatch connected = new CountDownLatch(readers + laggards);
            List<Future<Follower>> followers = new ArrayList<>();
            for (int i = 0; i < readers + laggards; i++) {
                followers.add(threads.submit(
                        new Follower(server.address().getPort(), path, SEED + i, i >= readers, connected, published)));
            }
            connected.await();
            publish(hub, topics, each, size);
            List<Follower> done = new ArrayList<>();
            for (Future<Follower> follower : followers) {
                done.add(follower.get());
            }
            server.shutdown(Duration.ofSeconds(2));
            return done;
        }
    }

    private void publish(SseHub hub, List<String> topics, int each, int size) throws Exception {
        String padding = "x".repeat(size);
        List<Future<?>> publishers = new ArrayList<>();
        for (int p = 0; p < PUBLISHERS; p++) {
            String name = "publisher " + p + " event ";
            String topic = topics.get(p % topics.size());
            publishers.add(threads.submit(() -> {
                for (int i = 0; i < each; i++) {
                    put(hub, topic, name + i + padding);
                }
                return null;
            }));
        }
        for (Future<?> publisher : publishers) {
            publisher.get();
        }
        put(hub, topics.get(0), Follower.END);
        published.countDown();
    }

    private void put(SseHub hub, String topic, String data) {
        order.put(hub.publish(topic, SseEvent.of(data)).toCompletableFuture().join(), data);
    }
}

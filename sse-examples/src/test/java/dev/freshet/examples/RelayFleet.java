package dev.freshet.examples;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.SECONDS;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Relays that share their events, publishers that post to any of them, and subscribers that move between them with their last event
 * id, at random and whenever they are cut. What each gets is compared with what the others got.
 */
final class RelayFleet implements AutoCloseable {
    private static final String END = "end";
    private static final int IN_FLIGHT = 16;
    private static final int LONGEST_VISIT = 5_000;
    private static final int LENGTH = 128;

    private final List<NodeProcess> nodes;
    private final int publishers;
    private final int eventsOfEach;
    private final SeenOrder order;
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<String> resets = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Long> awayNanos = new ConcurrentLinkedQueue<>();
    private final AtomicInteger cuts = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient http = HttpClient.newBuilder().executor(threads).build();
    private final CountDownLatch published;
    private final List<Future<Integer>> subscribers = new ArrayList<>();
    private final List<Future<?>> publishing = new ArrayList<>();

    RelayFleet(List<NodeProcess> nodes, int publishers, int eventsOfEach) {
        this.nodes = nodes;
        this.publishers = publishers;
        this.eventsOfEach = eventsOfEach;
        this.order = new SeenOrder(publishers * eventsOfEach + 10);
        this.published = new CountDownLatch(publishers);
    }

    /** Has subscribers follow, and publishers publish. */
    void start(int count) throws InterruptedException {
        String from = postSurely("start");
        for (int i = 0; i < count; i++) {
            Random random = new Random(i);
            subscribers.add(threads.submit(() -> follow(from, random)));
        }
        for (int i = 0; i < publishers; i++) {
            int publisher = i;
            publishing.add(threads.submit(() -> {
                publish(publisher);
                published.countDown();
                return null;
            }));
        }
    }

    /** Whether all is published, after this long at most. */
    boolean awaitPublished(Duration longest) throws InterruptedException {
        return published.await(longest.toMillis(), MILLISECONDS);
    }

    /** Publishes the last event, and waits until all subscribers have it; returns how many events each of them got. */
    List<Integer> end() throws Exception {
        for (Future<?> publisher : publishing) {
            publisher.get(10, MINUTES);
        }
        postSurely(END);
        List<Integer> counts = new ArrayList<>();
        for (Future<Integer> subscriber : subscribers) {
            counts.add(subscriber.get(10, MINUTES));
        }
        return counts;
    }

    SeenOrder order() {
        return order;
    }

    Set<String> acknowledged() {
        return acknowledged;
    }

    /** What clients were told, in words. */
    List<String> resets() {
        return List.copyOf(resets);
    }

    /** How often a stream ended that its client did not end. */
    int cuts() {
        return cuts.get();
    }

    /** How long clients were without a stream that had ended for them. */
    String away() {
        long[] millis = awayNanos.stream()
                .mapToLong(nanos -> nanos / 1_000_000)
                .sorted()
                .toArray();
        return millis.length == 0
                ? "never"
                : millis.length + " times, median " + millis[millis.length / 2] + " ms, longest "
                        + millis[millis.length - 1] + " ms";
    }

    private int port(Random random) {
        return nodes.get(random.nextInt(nodes.size())).port;
    }

    private HttpRequest post(int port, String data) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/publish?topic=t"))
                .timeout(Duration.ofSeconds(30))
                .POST(BodyPublishers.ofString(data))
                .build();
    }

    private String postSurely(String data) throws InterruptedException {
        Random random = new Random();
        while (true) {
            try {
                HttpResponse<String> answer = http.send(post(port(random), data), BodyHandlers.ofString());
                if (answer.statusCode() == 200) {
                    return answer.body().replaceAll(".*\"id\":\"([^\"]+)\".*", "$1");
                }
            } catch (IOException e) {
                retryLater(); // the node is down
            }
        }
    }

    private void publish(int publisher) throws InterruptedException {
        Random random = new Random(publisher);
        Semaphore room = new Semaphore(IN_FLIGHT);
        for (int i = 0; i < eventsOfEach; i++) {
            room.acquire();
            String name = publisher + "-" + i + " ";
            publish(name + "x".repeat(LENGTH - name.length()), random, room);
        }
        if (!room.tryAcquire(IN_FLIGHT, 60, SECONDS)) {
            throw new IllegalStateException("publisher: not all are answered");
        }
    }

    /** Once, and again where it surely was not sent. */
    private void publish(String data, Random random, Semaphore room) {
        int port = port(random);
        http.sendAsync(post(port, data), BodyHandlers.discarding()).whenComplete((answer, failure) -> {
            if (failure != null && failure.getCause() instanceof ConnectException) {
                retryLater();
                publish(data, new Random(), room);
                return;
            }
            if (failure == null && answer.statusCode() == 200) {
                acknowledged.add(data);
            }
            room.release();
        });
    }

    private int follow(String from, Random random) {
        int read = 0;
        String last = from;
        long since = 0;
        while (true) {
            try (RawSseClient client = RawSseClient.connect("127.0.0.1", port(random))) {
                client.without("stream-open").get("/events?topic=t", "Last-Event-ID: " + last);
                if (since != 0) {
                    awayNanos.add(System.nanoTime() - since);
                    since = 0;
                }
                for (int left = 1 + random.nextInt(LONGEST_VISIT); left > 0; left--) {
                    ReferenceParser.Event event = client.readEvent();
                    if (event.type().equals("stream-reset")) {
                        resets.add("after " + last + ": " + event.data());
                    } else {
                        order.saw(read++, event.data());
                    }
                    last = client.lastEventId();
                    if (event.data().equals(END)) {
                        return read;
                    }
                }
            } catch (IOException e) {
                if (since == 0) {
                    since = System.nanoTime();
                    cuts.incrementAndGet();
                }
                retryLater();
            }
        }
    }

    private static void retryLater() {
        LockSupport.parkNanos(5_000_000); // so that who waits for a node leaves it room to start
    }

    @Override
    public void close() throws Exception {
        threads.shutdownNow();
        for (NodeProcess node : nodes) {
            node.close();
        }
    }
}

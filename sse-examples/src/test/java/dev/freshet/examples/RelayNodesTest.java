package dev.freshet.examples;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.RedisProcess;
import dev.freshet.fixtures.ReferenceParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Relays in processes of their own on one Redis, which are killed while publishers and subscribers move between them. */
@Tag("cluster")
class RelayNodesTest {
    private static final int NODES = 3;
    private static final int SUBSCRIBERS = 6;
    private static final int EVENTS_OF_EACH = 1_000;
    private static final int KILLS = 5;
    private static final String END = "end";

    private final List<RelayProcess> nodes = new ArrayList<>();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Set<String> resets = ConcurrentHashMap.newKeySet();
    private final HttpClient http = HttpClient.newHttpClient();

    private int port(Random random) {
        return nodes.get(random.nextInt(NODES)).port;
    }

    private HttpResponse<String> post(int port, String data) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port + "/publish?topic=t");
        return http.send(
                HttpRequest.newBuilder(uri)
                        .timeout(Duration.ofSeconds(20))
                        .POST(BodyPublishers.ofString(data))
                        .build(),
                BodyHandlers.ofString());
    }

    /** Until it is acknowledged. */
    private String postSurely(String data) throws InterruptedException {
        Random random = new Random();
        while (true) {
            try {
                HttpResponse<String> answer = post(port(random), data);
                if (answer.statusCode() == 200) {
                    return answer.body().replaceAll(".*\"id\":\"([^\"]+)\".*", "$1");
                }
            } catch (IOException e) {
                Thread.onSpinWait(); // the node is down
            }
        }
    }

    private void publish(int publisher) throws InterruptedException {
        Random random = new Random(publisher);
        for (int i = 0; i < EVENTS_OF_EACH; i++) {
            String data = publisher + "-" + i;
            try {
                if (post(port(random), data).statusCode() == 200) {
                    acknowledged.add(data);
                }
            } catch (IOException e) {
                Thread.onSpinWait(); // not acknowledged
            }
        }
    }

    private List<String> follow(String from, int subscriber) {
        Random random = new Random(subscriber);
        List<String> read = new ArrayList<>();
        String last = from;
        while (read.isEmpty() || !read.get(read.size() - 1).equals(END)) {
            try (RawSseClient client = RawSseClient.connect("127.0.0.1", port(random))) {
                client.without("stream-open").get("/events?topic=t", "Last-Event-ID: " + last);
                for (int left = 1 + random.nextInt(100); left > 0; left--) {
                    ReferenceParser.Event event = client.readEvent();
                    if (event.type().equals("stream-reset")) {
                        resets.add("after " + last + ": " + event.data());
                    } else {
                        read.add(event.data());
                    }
                    last = client.lastEventId();
                    if (event.data().equals(END)) {
                        break;
                    }
                }
            } catch (IOException e) {
                Thread.onSpinWait(); // the node is down
            }
        }
        return read;
    }

    @Test
    void whatIsAcknowledgedIsDeliveredOnceInOneOrderWhateverNodeIsKilled(@TempDir Path folder) throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (RedisProcess redis = RedisProcess.start(folder)) {
            for (int i = 0; i < NODES; i++) {
                nodes.add(RelayProcess.start("--redis", redis.uri(), "--redis-key", "events"));
            }
            String from = postSurely("start");
            List<Future<List<String>>> followers = new ArrayList<>();
            for (int i = 0; i < SUBSCRIBERS; i++) {
                int subscriber = i;
                followers.add(threads.submit(() -> follow(from, subscriber)));
            }
            List<Future<?>> publishers = new ArrayList<>();
            for (int i = 0; i < NODES; i++) {
                int publisher = i;
                publishers.add(threads.submit(() -> {
                    publish(publisher);
                    return null;
                }));
            }
            for (int i = 0; i < KILLS; i++) {
                nodes.get(i % NODES).killAndStart();
            }
            for (Future<?> publisher : publishers) {
                publisher.get(3, MINUTES);
            }
            postSurely(END);

            List<String> all = followers.get(0).get(2, MINUTES);
            for (Future<List<String>> follower : followers) {
                assertThat(follower.get(2, MINUTES)).isEqualTo(all);
            }
            assertThat(all).doesNotHaveDuplicates();
            assertThat(new HashSet<>(all)).containsAll(acknowledged);
            assertThat(resets).isEmpty();
            assertThat(acknowledged).hasSizeGreaterThan(NODES * EVENTS_OF_EACH / 4);
        } finally {
            threads.shutdownNow();
            for (RelayProcess node : nodes) {
                node.close();
            }
        }
    }
}

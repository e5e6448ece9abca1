package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/** A client that leaves at least once, comes back and stops reading at random, and remembers what it was sent. */
final class Follower implements Callable<Follower> {
    static final String END = "end of the run";

    /** Fixed, and more than a segment of the loopback, or the server waits for a timer each time that there is a little room. */
    private static final int RECEIVE_BUFFER = 128 << 10;

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private record Received(String type, String data, EventId position) {}

    private final int port;
    private final String path;
    private final SplittableRandom random;
    private final boolean lags;
    private final CountDownLatch connected;
    private final CountDownLatch published;
    private final List<Received> received = new ArrayList<>();
    private int sessions;

    /** {@code published} opens when the publishers are done: a follower that lags reads nothing before. */
    Follower(int port, String path, long seed, boolean lags, CountDownLatch connected, CountDownLatch published) {
        this.port = port;
        this.path = path;
        this.random = new SplittableRandom(seed);
        this.lags = lags;
        this.connected = connected;
        this.published = published;
    }

    @Override
    public Follower call() throws Exception {
        String lastEventId = "";
        while (true) {
            sessions++;
            try (RawSseClient client = RawSseClient.connect("127.0.0.1", port, lags ? RECEIVE_BUFFER : 0)) {
                client.patience(PATIENCE) // the first event waits for all followers
                        .without("stream-open")
                        .requiringWholeLines();
                RawSseClient.Head head =
                        lastEventId.isEmpty() ? client.get(path) : client.get(path, "Last-Event-ID: " + lastEventId);
                assertThat(head.status()).isEqualTo(200);
                connected.countDown();
                int stay = 1 + random.nextInt(400);
                if (lags && sessions == 2) {
                    published.await();
                }
                try {
                    for (int i = 0; i < stay || (sessions > 1 && published.getCount() == 0); i++) {
                        ReferenceParser.Event event = client.tryReadEvent();
                        if (event == null) {
                            break;
                        }
                        received.add(new Received(event.type(), event.data(), EventId.parse(event.lastEventId())));
                        if (event.data().equals(END)) {
                            return this;
                        }
                    }
                } catch (IOException e) {
                    assertThat(lags)
                            .as("a follower that reads is not cut: " + e)
                            .isTrue();
                }
                // Also where no event came: the opening frame told where the stream stands.
                lastEventId = client.lastEventId().isEmpty() ? lastEventId : client.lastEventId();
                if (random.nextBoolean()) {
                    client.cut();
                }
            }
        }
    }

    int sessions() {
        return sessions;
    }

    long resets() {
        return received.stream().filter(r -> r.type().equals("stream-reset")).count();
    }

    /** Every event after the first in its turn, up to the end; a gap only where a reset told of it. */
    void assertWhole(NavigableMap<EventId, String> order) {
        Map.Entry<EventId, String> due = null;
        EventId reset = null;
        for (Received event : received) {
            if (event.type().equals("stream-reset")) {
                due = null;
                reset = event.position();
                continue;
            }
            if (!order.containsKey(event.position())) {
                continue; // of a topic that is not looked at
            }
            if (due != null) {
                assertThat(event.position()).isEqualTo(due.getKey());
            } else if (reset != null) {
                assertThat(event.position()).isGreaterThan(reset);
            }
            assertThat(event.data().equals(order.get(event.position())))
                    .as("data of %s", event.position())
                    .isTrue();
            due = order.higherEntry(event.position());
            if (due == null) {
                return;
            }
        }
        assertThat(due == null ? null : due.getKey())
                .as("what is missing at the end")
                .isNull();
    }
}

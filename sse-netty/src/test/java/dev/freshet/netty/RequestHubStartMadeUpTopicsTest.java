package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Names of topics that clients make up: they cost something while a stream is open on them, and nothing after it. */
class RequestHubStartMadeUpTopicsTest extends ServerFixture {
    private static final String PATH =
            "/events?" + IntStream.range(0, 700).mapToObj(i -> "topic=t" + i).collect(Collectors.joining("&"));

    private final Recorder recorder = new Recorder();
    private final SseServer server = start(local().listener(recorder)
            .limits(Limits.builder().connections(1).topicsPerConnection(700).build())
            .endpoint("/events", request -> SseReply.subscribe(hub, request.queryAll("topic")))
            .endpoint("/failing", request -> SseReply.subscribe(hub, request.queryAll("topic"))
                    .snapshot(() -> {
                        throw new IllegalStateException("as the test wants");
                    })));

    @Test
    void aStreamThatHasEndedLeavesNoTopic() throws Exception {
        RawSseClient client = client(server);
        assertThat(client.get(PATH).status()).isEqualTo(200);
        recorder.nextOpened();
        assertThat(hub.stats().topics()).isEqualTo(700);
        client.close();
        recorder.nextClosed();

        assertThat(hub.stats().topics()).isZero();
    }

    @Test
    void aHeadRequestLeavesNoTopic() throws Exception {
        RawSseClient client = client(server);
        client.send("HEAD " + PATH + " HTTP/1.1\r\nHost: h\r\n\r\n");

        assertThat(client.readHead().status()).isEqualTo(200);
        assertThat(hub.stats().topics()).isZero();
    }

    @Test
    void aRequestOverALimitMakesNoTopic() throws Exception {
        assertThat(client(server).get(PATH + "&topic=more").status()).isEqualTo(400);
        assertThat(hub.stats().topics()).isZero();
        assertThat(client(server).get("/events?topic=one").status()).isEqualTo(200);

        assertThat(client(server).get(PATH).status()).isEqualTo(503);
        assertThat(hub.stats().topics()).isEqualTo(1);
    }

    @Test
    void aStreamWhoseSnapshotFailsLeavesNoTopic() throws Exception {
        assertThat(client(server).get(PATH.replace("/events", "/failing")).status())
                .isEqualTo(500);

        assertThat(hub.stats().topics()).isZero();
    }
}

package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Retention;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The topics that are followed have a bound, for whoever connects may name them. */
class RequestHubStartTooManyTopicsTest extends ServerFixture {
    private static final int MORE_THAN_THERE_MAY_BE = 25;

    @BeforeEach
    void allowFewTopics() {
        hub.close();
        hub = SseHub.builder()
                .retention(
                        Retention.builder().maxBytes(1 << 10).hubBytes(8 << 10).build())
                .build();
    }

    private SseServer serveAnyTopic() {
        return serve(request -> SseReply.subscribe(hub, request.queryAll("topic")));
    }

    private void followMany(SseServer server) throws Exception {
        for (int i = 0; i < MORE_THAN_THERE_MAY_BE; i++) {
            client(server).get("/events?topic=made-up-" + i);
        }
    }

    @Test
    void whoWouldFollowOneMoreIsToldToComeLater() throws Exception {
        SseServer server = serveAnyTopic();
        followMany(server);
        RawSseClient client = client(server);
        RawSseClient.Head head = client.get("/events?topic=one-more");

        assertThat(head.status()).isEqualTo(503);
        assertThat(body(client, head)).contains("too many topics");
        assertThat(head.header("Retry-After")).isNotNull();
        assertThat(client(server)
                        .get("/events?topic=one-more", "Accept: text/event-stream", "Sec-Fetch-Mode: cors")
                        .status())
                .as("a browser")
                .isEqualTo(200);
    }

    @Test
    void whoFollowsATopicThatIsThereIsServed() throws Exception {
        SseServer server = serveAnyTopic();
        followMany(server);
        RawSseClient client = client(server);

        assertThat(client.get("/events?topic=made-up-0").status()).isEqualTo(200);
        hub.publish("made-up-0", SseEvent.of("a"));
        assertThat(client.readEvent().data()).isEqualTo("a");
    }
}

package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Credentials that have expired before the stream begins deliver nothing but that. */
class ReplyExpiredTest extends ServerFixture {
    private static final Instant PAST = Instant.parse("2001-01-01T00:00:00Z");
    private static final String EXPIRED = "{\"expiresAt\":\"" + PAST + "\"}";

    private final Recorder recorder = new Recorder();
    private final HandPublisher publisher = new HandPublisher(SseEvent.of("secret"));

    private SseServer server() {
        return start(local().listener(recorder)
                .limits(Limits.builder().connections(1).build())
                .endpoint("/events", request -> SseReply.subscribe(hub, "t")
                        .snapshot(() -> List.of(SseEvent.of("secret snapshot")))
                        .from(new EventId(0, 0))
                        .expiresAt(PAST))
                .endpoint(
                        "/answer",
                        request -> SseReply.when(CompletableFuture.supplyAsync(
                                () -> SseReply.stream(publisher).expiresAt(PAST)))));
    }

    private static void assertOnlyExpired(RawSseClient client) throws Exception {
        ReferenceParser.Event event = client.readEvent();
        assertThat(event.type()).isEqualTo("credentials-expired");
        assertThat(event.data()).isEqualTo(EXPIRED);
        assertThat(client.tryReadEvent()).isNull();
    }

    @Test
    void neitherASnapshotNorWhatIsRetainedIsDelivered() throws Exception {
        SseServer server = server();
        EventId first = publish("secret");
        publish("secret, too");
        assertOnlyExpired(follower(server));
        assertOnlyExpired(follower(server, "Last-Event-ID: " + first));
        assertOnlyExpired(follower(server, "Last-Event-ID: earliest"));
        assertThat(recorder.opened).isEmpty();
    }

    @Test
    void aPublisherIsNotSubscribedTo() throws Exception {
        RawSseClient client = client(server());
        assertThat(client.get("/answer").status()).isEqualTo(200);
        assertOnlyExpired(client);
        assertThat(publisher.asked).isEmpty();
        assertThat(recorder.opened).isEmpty();
    }

    @Test
    void overHttp2TheStreamEndsAndTheConnectionStays() throws Exception {
        SseServer server = server();
        publish("secret");
        try (Http2Client client = Http2Client.connect(server)) {
            for (int i = 0; i < 2; i++) {
                Http2Client.Stream stream = client.follow("/events");
                assertThat(stream.end()).isEqualTo("END_STREAM");
                assertThat(stream.body()).contains(EXPIRED).doesNotContain("secret");
            }
        }
    }

    @Test
    void headIsAnsweredWithAHead() throws Exception {
        RawSseClient client = client(server());
        client.send("HEAD /events HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(client.readHead().status()).isEqualTo(200);
        assertThat(rest(client)).isEmpty();
    }
}

package dev.freshet.netty;

import static dev.freshet.netty.Pipelines.after;
import static dev.freshet.netty.Pipelines.channel;
import static dev.freshet.netty.Pipelines.chunk;
import static dev.freshet.netty.Pipelines.get;
import static dev.freshet.netty.Pipelines.send;
import static dev.freshet.netty.Pipelines.sent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.event.ResumeOutcome;
import dev.freshet.fixtures.RawSseClient;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Streams that end when their time has come.
 * Covers {@link ReplyStream}, {@link ReplySubscribe} and {@link StreamTerms}.
 */
class StreamEndLifetimeTest extends ServerFixture {
    private final Recorder recorder = new Recorder();

    private SseServer expiring(Instant at) {
        return start(local().listener(recorder)
                .endpoint("/events", request -> SseReply.subscribe(hub, "t").expiresAt(at)));
    }

    @Test
    void aStreamEndsWithAFarewellWhenItsCredentialsExpire() throws Exception {
        Instant at = Instant.now().plusSeconds(3600);
        EmbeddedChannel channel = channel(
                new HttpServerCodec(),
                SseHandler.builder()
                        .listener(recorder)
                        .endpoint("/events", request -> SseReply.subscribe(hub, "t")
                                .expiresAt(at))
                        .build());
        channel.freezeTime();
        send(channel, get("/events"));
        sent(channel);
        String id = publish("a").toString();
        channel.advanceTimeBy(3500, TimeUnit.SECONDS);
        assertThat(sent(channel))
                .startsWith(chunk("data: a\nid: " + id + "\n\n"))
                .doesNotContain("credentials");
        after(channel, Duration.ofSeconds(100));
        assertThat(sent(channel))
                .matches("(?s).*\r\nevent: credentials-expired\ndata: \\{\"expiresAt\":\"" + at + "\"}\n\n" + FAREWELL
                        + "\r\n0\r\n\r\n");
        assertThat(channel.isOpen()).isFalse();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.EXPIRED);
        assertThat(channel.finish()).isFalse();
    }

    @Test
    void credentialsThatHaveExpiredEndTheStreamAtOnce() throws Exception {
        RawSseClient client = follower(expiring(Instant.MIN));
        assertThat(client.readEvent().type()).isEqualTo("credentials-expired");
        assertThat(client.tryReadEvent()).isNull();
    }

    @Test
    void credentialsMayNeverExpire() throws Exception {
        RawSseClient client = follower(expiring(Instant.MAX));
        publish("a");
        assertThat(client.readEvent().data()).isEqualTo("a");
    }

    @Test
    void theOtherRepliesOfASubscriptionKeepItsEnd() throws Exception {
        SseServer server = start(local().endpoint("/events", request -> SseReply.subscribe(hub, "t")
                .expiresAt(Instant.EPOCH)
                .key("k")
                .attribute("a", "b")
                .from(hub.latest())
                .snapshot(java.util.List::of)));
        assertThat(follower(server).readEvent().type()).isEqualTo("credentials-expired");
    }

    @Test
    void aStreamEndsWithARetryAfterItsLifetime() throws Exception {
        SseServer server = start(local().listener(recorder)
                .maxLifetime(Duration.ofMillis(50))
                .endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        RawSseClient client = follower(server);
        assertThat(client.tryReadEvent()).isNull();
        assertThat(client.retries()).hasSize(2).last().satisfies(retry -> assertThat(retry)
                .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2)));
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.LIFETIME);
    }

    @Test
    void aLifetimeIsFrom80To100Percent() {
        SseHandler handler = SseHandler.builder()
                .maxLifetime(Duration.ofSeconds(100))
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .build();
        EmbeddedChannel channel = channel(new HttpServerCodec(), handler);
        channel.freezeTime();
        send(channel, get("/events"));
        sent(channel); // the opening tells a retry, too
        channel.advanceTimeBy(79, TimeUnit.SECONDS);
        assertThat(sent(channel)).doesNotContain("retry:");
        assertThat(channel.isOpen()).isTrue();
        after(channel, Duration.ofSeconds(21));
        assertThat(sent(channel)).contains("retry:");
        assertThat(channel.isOpen()).isFalse();
        assertThat(channel.finish()).isFalse();
    }

    @Test
    void whatComesFirstEndsTheStream() throws Exception {
        SseServer server = start(
                local().maxLifetime(Duration.ofHours(1)).endpoint("/events", request -> SseReply.subscribe(hub, "t")
                        .expiresAt(Instant.now().plusMillis(50))));
        assertThat(follower(server).readEvent().type()).isEqualTo("credentials-expired");
    }

    @Test
    void aStreamThatIsClosedAsItOpensHasNoEndToCome() throws Exception {
        SseServer server = start(local().limits(Limits.builder().connections(1).build())
                .maxLifetime(Duration.ofMillis(50))
                .listener(new SseListener() {
                    @Override
                    public void opened(SseConnection connection, ResumeOutcome outcome) {
                        connection.close();
                    }
                })
                .endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        rest(follower(server));
        rest(follower(server));
    }

    @Test
    void aLifetimeIsAtLeastTenMilliseconds() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> local().maxLifetime(Duration.ofMillis(9)))
                .withMessage("maxLifetime: PT0.009S (expected: 10 ms to 365 days)");
    }
}

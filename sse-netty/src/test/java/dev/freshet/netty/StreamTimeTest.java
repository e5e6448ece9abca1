package dev.freshet.netty;

import static dev.freshet.netty.Pipelines.after;
import static dev.freshet.netty.Pipelines.channel;
import static dev.freshet.netty.Pipelines.chunk;
import static dev.freshet.netty.Pipelines.closed;
import static dev.freshet.netty.Pipelines.get;
import static dev.freshet.netty.Pipelines.send;
import static dev.freshet.netty.Pipelines.sent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A test moves the time of streams: that of the channel for timers, that of the clock for expiries. */
class StreamTimeTest extends ServerFixture {
    private static final String HEARTBEAT = ":\n";
    private static final Instant EXPIRY = Instant.parse("2001-01-01T00:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(EXPIRY.minusSeconds(60));
    private final Recorder recorder = new Recorder();

    private EmbeddedChannel following() {
        EmbeddedChannel channel = channel(
                new HttpServerCodec(),
                SseHandler.builder()
                        .clock(now::get)
                        .listener(recorder)
                        .heartbeat(Duration.ofSeconds(15))
                        .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                        .endpoint("/expiring", request -> SseReply.subscribe(hub, "t")
                                .expiresAt(EXPIRY))
                        .build());
        channel.freezeTime();
        return channel;
    }

    private EmbeddedChannel following(String path) {
        EmbeddedChannel channel = following();
        send(channel, get(path));
        sent(channel);
        return channel;
    }

    @Test
    @Tag("netty-4.2") // the loop's time is not known to a handler with 4.1
    void aHeartbeatIsSentAfterItsTimeOfTheChannel() {
        EmbeddedChannel channel = following("/events");
        after(channel, Duration.ofSeconds(9));
        assertThat(sent(channel)).isEmpty();
        after(channel, Duration.ofSeconds(6));
        assertThat(sent(channel)).isEqualTo(chunk(HEARTBEAT));
        closed(channel);
    }

    @Test
    @Tag("netty-4.2")
    void anEventPutsTheHeartbeatOff() throws Exception {
        EmbeddedChannel channel = following("/events");
        after(channel, Duration.ofSeconds(9));
        publish("a");
        assertThat(sent(channel)).contains("data: a\n");
        after(channel, Duration.ofSeconds(9));
        assertThat(sent(channel)).isEmpty();
        after(channel, Duration.ofSeconds(6));
        assertThat(sent(channel)).isEqualTo(chunk(HEARTBEAT));
        closed(channel);
    }

    @Test
    void aStreamExpiresAfterTheTimeThatTheClockHasLeft() throws Exception {
        EmbeddedChannel channel = following("/expiring");
        after(channel, Duration.ofSeconds(59));
        assertThat(sent(channel)).doesNotContain("credentials-expired");
        after(channel, Duration.ofSeconds(1));
        assertThat(sent(channel)).contains("event: credentials-expired\n");
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.EXPIRED);
        closed(channel);
    }

    @Test
    @Tag("netty-4.2")
    void theBeginAndTheLastWriteOfAStreamAreByTheClock() throws Exception {
        Instant opened = now.get();
        EmbeddedChannel channel = following("/events");
        now.set(opened.plusSeconds(20));
        after(channel, Duration.ofSeconds(20));
        sent(channel); // a heartbeat
        now.set(opened.plusSeconds(25));
        channel.advanceTimeBy(5, TimeUnit.SECONDS);
        SseConnection stream = recorder.nextOpened();
        assertThat(stream.openedAt()).isEqualTo(opened);
        assertThat(stream.lastWriteAt()).isEqualTo(opened.plusSeconds(20));
        closed(channel);
    }

    @Test
    void aServersClientIsToldThatItsCredentialsHaveExpiredByTheClock() throws Exception {
        SseServer server = start(local().clock(now::get)
                .endpoint("/events", request -> SseReply.subscribe(hub, "t").expiresAt(EXPIRY)));
        RawSseClient before = follower(server);
        publish("a");
        assertThat(before.readEvent().data()).isEqualTo("a");
        now.set(EXPIRY);
        assertThat(follower(server).readEvent().type()).isEqualTo("credentials-expired");
    }
}

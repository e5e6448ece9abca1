package dev.freshet.examples.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.HttpAnswer;
import dev.freshet.netty.SseHandler;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Endpoints as functions from requests to replies, and time that the test moves. */
class EndpointUnitTest {
    private static final Instant MIDNIGHT = Instant.parse("2030-01-01T00:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(MIDNIGHT.minusSeconds(60));
    private final AtomicLong nanos = new AtomicLong();
    private final SseHub hub =
            SseHub.builder().clock(now::get).ticker(nanos::get).build();
    private final CompletableFuture<Boolean> membership = new CompletableFuture<>();

    private SseReply room(SseRequest request) {
        String user = request.header("X-User");
        String joined = request.query("joined");
        if (user == null || joined == null) {
            return SseReply.refuse(401, "log in first");
        }
        return SseReply.subscribe(hub, "rooms/" + request.pathParameter("room"))
                .key(user)
                .fromEarliest()
                .notBefore(EventId.parse(joined))
                .expiresAt(MIDNIGHT)
                .snapshot(() -> List.of(SseEvent.of("topic", "welcome")));
    }

    private SseReply members(SseRequest request) {
        return SseReply.when(
                membership.thenApply(isMember -> isMember ? SseReply.subscribe(hub, "members") : SseReply.refuse(403)));
    }

    private static SseReply state(SseRequest request) {
        return SseReply.json(200, Map.of("echo", request.bodyText()));
    }

    private static SseReply tokens(SseRequest request) {
        return SseReply.stream(List.of(SseEvent.of("Hello"), SseEvent.of("[DONE]")));
    }

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void aUserFollowsTheRoom() {
        SseRequest request = SseRequest.builder()
                .endpointPath("/rooms/{room}")
                .target("/rooms/a?joined=17-4")
                .header("X-User", "ada")
                .build();

        assertThat(room(request)).isInstanceOfSatisfying(SseReply.Subscribe.class, stream -> {
            assertThat(stream.topics()).containsExactly("rooms/a");
            assertThat(stream.key()).isEqualTo("ada");
            assertThat(stream.fromTime()).isEqualTo(Instant.MIN); // from the earliest event,
            assertThat(stream.notBefore()).isEqualTo(new EventId(17, 4)); // but none before this one
            assertThat(stream.expiresAt()).isEqualTo(MIDNIGHT);
        });
    }

    @Test
    void aStrangerIsRefused() {
        SseReply reply = room(SseRequest.builder().build());

        assertThat(reply).isInstanceOfSatisfying(HttpAnswer.class, answer -> {
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.reason()).isEqualTo("log in first");
        });
    }

    @Test
    void aPostIsAnsweredInJson() {
        SseReply reply = state(SseRequest.builder().method("POST").body("hi").build());

        assertThat(reply).isInstanceOfSatisfying(HttpAnswer.class, answer -> {
            assertThat(answer.contentType()).isEqualTo("application/json");
            assertThat(answer.bodyText()).isEqualTo("{\"echo\":\"hi\"}");
        });
    }

    @Test
    void theTokensEndWithATerminator() {
        SseReply.Stream reply = (SseReply.Stream) tokens(SseRequest.builder().build());

        List<SseEvent> events = reply.collect(10).toCompletableFuture().join();
        assertThat(events).extracting(SseEvent::data).containsExactly("Hello", "[DONE]");
    }

    @Test
    void whoIsNoMemberIsRefusedOnceThatIsKnown() {
        SseReply.When reply = (SseReply.When) members(SseRequest.builder().build());
        assertThat(reply.stage().toCompletableFuture()).isNotDone();
        membership.complete(false);

        assertThat(reply.stage().toCompletableFuture().join()).isEqualTo(SseReply.refuse(403));
    }

    @Test
    void aClientThatComesBackTooLateIsReset() {
        EventId first =
                hub.publish("rooms/a", SseEvent.of("one")).toCompletableFuture().join();
        hub.publish("rooms/a", SseEvent.of("two"));
        nanos.addAndGet(Duration.ofHours(1).toNanos()); // events are retained for 10 minutes

        EmbeddedChannel client = client();
        send(client, "Last-Event-ID: " + first + "\r\n");
        assertThat(received(client)).contains("event: stream-reset\n");
        client.finishAndReleaseAll();
    }

    @Test
    void aHeartbeatIsSentAndTheStreamEndsWithTheDay() {
        EmbeddedChannel client = client();
        send(client, "");
        assertThat(received(client)).contains("data: welcome\n");

        advance(client, Duration.ofSeconds(15));
        assertThat(received(client)).contains(":\n");
        advance(client, Duration.ofSeconds(45));
        assertThat(received(client)).contains("event: credentials-expired\n");
        assertThat(client.isOpen()).isFalse();
        client.finishAndReleaseAll();
    }

    /** A connection without a socket, whose time stands still. */
    private EmbeddedChannel client() {
        EmbeddedChannel channel = new EmbeddedChannel(
                new HttpServerCodec(),
                SseHandler.builder()
                        .clock(now::get)
                        .endpoint("/rooms/{room}", this::room)
                        .build());
        channel.freezeTime();
        return channel;
    }

    private static void send(EmbeddedChannel client, String header) {
        String request = "GET /rooms/a?joined=17-4 HTTP/1.1\r\nHost: localhost\r\nX-User: ada\r\n" + header + "\r\n";
        client.writeInbound(Unpooled.copiedBuffer(request, StandardCharsets.UTF_8));
    }

    private static void advance(EmbeddedChannel client, Duration time) {
        client.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        client.runScheduledPendingTasks();
    }

    private static String received(EmbeddedChannel client) {
        client.runPendingTasks();
        StringBuilder text = new StringBuilder();
        for (ByteBuf bytes = client.readOutbound(); bytes != null; bytes = client.readOutbound()) {
            text.append(bytes.toString(StandardCharsets.UTF_8));
            bytes.release();
        }
        return text.toString();
    }
}

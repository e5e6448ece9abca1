package dev.freshet.netty;

import static dev.freshet.netty.Pipelines.after;
import static dev.freshet.netty.Pipelines.chunk;
import static dev.freshet.netty.Pipelines.flushesTo;
import static dev.freshet.netty.Pipelines.get;
import static dev.freshet.netty.Pipelines.send;
import static dev.freshet.netty.Pipelines.sent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.ResumeOutcome;
import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams of a hub whose events wait 20 ms for more, in a time that the test moves. */
class HubFanoutLingerTest {
    private static final Duration LINGER = Duration.ofMillis(20);
    private static final Duration ALMOST = LINGER.minusNanos(1);

    private final SseHub hub = SseHub.builder().linger(LINGER).build();
    private final List<SseConnection> open = new ArrayList<>();
    private final StringBuilder written = new StringBuilder();
    private final EmbeddedChannel channel = new EmbeddedChannel();

    @BeforeEach
    void follow() {
        channel.freezeTime();
        channel.pipeline().addLast(flushesTo(written), new HttpServerCodec(), handler());
    }

    private SseHandler handler() {
        return SseHandler.builder()
                .listener(new SseListener() {
                    @Override
                    public void opened(SseConnection connection, ResumeOutcome outcome) {
                        open.add(connection);
                    }
                })
                .endpoint("/events", request -> SseReply.subscribe(hub, request.queryAll("topic")))
                .build();
    }

    @AfterEach
    void close() {
        hub.close();
        channel.runPendingTasks();
        channel.close();
        channel.releaseOutbound();
    }

    private void open(String topics, String... headers) {
        send(channel, get("/events?topic=" + topics, headers));
        sent(channel);
        written.setLength(0);
    }

    private String publish(String topic, SseEvent event) {
        EventId id = hub.publish(topic, event).toCompletableFuture().join();
        return "data: " + event.data() + "\nid: " + id + "\n\n";
    }

    private String written() {
        channel.runPendingTasks();
        String all = written.toString();
        written.setLength(0);
        return all;
    }

    @Test
    void eventsLeaveInOneFlushOnceTheFirstHasWaited() {
        open("a");
        String first = publish("a", SseEvent.of("1"));
        after(channel, ALMOST);
        String second = publish("a", SseEvent.of("2"));
        assertThat(written()).isEmpty();

        after(channel, Duration.ofNanos(1));
        assertThat(written()).isEqualTo(chunk(first + second) + "<flush>");
    }

    @Test
    void anEventAfterThatWaitsAsLong() {
        open("a");
        publish("a", SseEvent.of("1"));
        after(channel, LINGER);
        written();
        String second = publish("a", SseEvent.of("2"));
        after(channel, ALMOST);
        assertThat(written()).isEmpty();

        after(channel, Duration.ofNanos(1));
        assertThat(written()).isEqualTo(chunk(second) + "<flush>");
    }

    @Test
    void anUrgentEventLeavesAtOnceWithWhatWaits() {
        open("a");
        String first = publish("a", SseEvent.of("1"));
        String urgent = publish("a", SseEvent.of("2").urgent());
        assertThat(written()).isEqualTo(chunk(first + urgent) + "<flush>");

        after(channel, LINGER);
        assertThat(written()).isEmpty();
    }

    @Test
    void theLastEventOfATopicLeavesAtOnceWithWhatWaits() {
        open("a");
        String first = publish("a", SseEvent.of("1"));
        hub.complete("a", SseEvent.of("last"));

        assertThat(written()).startsWith(chunk(first + "data: last\nid: " + hub.latest() + "\n\n"));
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void theEndOfAStreamDoesNotWaitAndWhatWaitsArrives() {
        open("a");
        String first = publish("a", SseEvent.of("1"));
        open.get(0).close();

        assertThat(written()).startsWith(chunk(first)).endsWith("\r\n0\r\n\r\n<flush>");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void theCloseOfTheHubDoesNotWaitAndWhatWaitsArrives() {
        open("a");
        String first = publish("a", SseEvent.of("1"));
        hub.close();

        assertThat(written()).startsWith(chunk(first)).endsWith("\r\n0\r\n\r\n<flush>");
    }

    @Test
    void aClientThatResumesDoesNotWait() {
        open("a");
        EventId before = hub.latest();
        String first = publish("a", SseEvent.of("1"));
        EmbeddedChannel other = new EmbeddedChannel(new HttpServerCodec(), handler());
        send(other, get("/events?topic=a", "Last-Event-ID: " + before));

        assertThat(sent(other)).contains(chunk(first));
        other.close();
        other.releaseOutbound();
    }

    @Test
    void anEventOfTheConnectionAloneDoesNotWaitAndLeavesBehindWhatWasPublishedBefore() {
        open("a");
        String first = publish("a", SseEvent.of("1"));
        open.get(0).send(SseEvent.of("private"));
        publish("a", SseEvent.of("2"));

        assertThat(written().replace("<flush>", "")).isEqualTo(chunk(first) + chunk("data: private\n\n"));
    }

    @Test
    void theLatestPositionDoesNotWait() {
        open("a");
        EventId id = hub.publish("a", SseEvent.of("1")).toCompletableFuture().join();

        assertThat(hub.latest()).isEqualTo(id);
    }

    @Test
    void eventsOfSeveralTopicsLeaveInTheirOrderWithTheFirst() {
        open("a&topic=b");
        String first = publish("a", SseEvent.of("1"));
        after(channel, ALMOST);
        String second = publish("b", SseEvent.of("2"));
        after(channel, Duration.ofNanos(1));

        assertThat(written()).isEqualTo(chunk(first) + chunk(second) + "<flush>");
    }
}

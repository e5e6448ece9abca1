package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.log.Start;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpServerCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a client sees first of a stream. */
class StreamHeadTest extends ServerFixture {
    @Test
    void theHeadHasExactlyTheseFields() throws Exception {
        RawSseClient.Head head = client(serve()).get("/events");
        assertThat(head.statusLine()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(undated(head))
                .isEqualTo(Map.of(
                        "content-type", "text/event-stream;charset=utf-8",
                        "cache-control", "no-cache, no-transform",
                        "connection", "close",
                        "x-accel-buffering", "no",
                        "x-content-type-options", "nosniff",
                        "sse-resume", "fresh"));
    }

    @ParameterizedTest
    @EnumSource
    void theHeadThatGoesPastTheCodecIsTheOneThatItWouldHaveWritten(Start.Outcome outcome) {
        HttpHeaders more = new DefaultHttpHeaders().set("Vary", "Origin").set("Access-Control-Allow-Origin", "*");
        EmbeddedChannel codec = new EmbeddedChannel(new HttpServerCodec());
        codec.writeOutbound(Replies.streamHead(outcome, more));
        ByteBuf head = Unpooled.buffer();
        Replies.writeStreamHead(head, outcome, more);
        String anyDate = "(?<=\r\ndate: )[^\r]+";
        assertThat(head.toString(StandardCharsets.ISO_8859_1).replaceFirst(anyDate, "now"))
                .contains("\r\ndate: now\r\n")
                .isEqualTo(Pipelines.sent(codec).replaceFirst(anyDate, "now"));
        codec.finish();
    }

    @Test
    void aFreshStreamPrimesTheClientWithAnId() throws Exception {
        EventId before = publish("old");
        RawSseClient client = follower(serve());
        hub.close();
        assertThat(rest(client)).isEqualTo(": fresh\nid: " + before + "\n\n");
    }

    @Test
    void aClientCutOffBeforeItsFirstEventResumesWithNothingLost() throws Exception {
        SseServer server = serve();
        RawSseClient first = follower(server);
        assertThat(first.readBytes(
                        ": fresh\nid: \n\n".length() + hub.latest().toString().length()))
                .asString(StandardCharsets.UTF_8)
                .contains("id: " + hub.latest());
        String id = hub.latest().toString();
        first.cut();
        publish("missed");
        assertThat(follower(server, "Last-Event-ID: " + id).readEvent().data()).isEqualTo("missed");
    }

    @Test
    void theRetryOfTheBuilderIsTold() throws Exception {
        SseServer server = start(
                local().retry(Duration.ofMillis(1234)).endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        RawSseClient client = follower(server);
        hub.close();
        assertThat(rest(client)).isEqualTo(": fresh\nretry: 1234\nid: " + hub.latest() + "\n\n");
    }

    @Test
    void headAndOpeningFrameLeaveInOneFlush() {
        StringBuilder written = new StringBuilder();
        SseHandler handler = SseHandler.builder()
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .build();
        EmbeddedChannel channel = new EmbeddedChannel(Pipelines.flushesTo(written), new HttpServerCodec(), handler);
        Pipelines.send(channel, Pipelines.get("/events"));
        assertThat(written).startsWith("HTTP/1.1 200 OK").containsOnlyOnce("<flush>");
        assertThat(written.toString()).endsWith("\r\n\r\n: fresh\nid: " + hub.latest() + "\n\n<flush>");
        Pipelines.sent(channel);
        channel.close();
        assertThat(channel.finish()).isFalse();
    }

    @Test
    void aHeadRequestGetsTheHeadAndNoStream() throws Exception {
        SseServer server = serve();
        RawSseClient client = client(server);
        client.send("HEAD /events HTTP/1.1\r\nHost: h\r\n\r\n");
        RawSseClient.Head head = client.readHead();
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Content-Type")).isEqualTo("text/event-stream;charset=utf-8");
        assertThat(rest(client)).isEmpty();
        assertThat(server.connections().count()).isZero();
    }

    @Test
    void anHttp10ClientGetsTheSameStream() throws Exception {
        RawSseClient client = client(serve());
        client.send("GET /events HTTP/1.0\r\n\r\n");
        assertThat(client.readHead().header("Connection")).isEqualTo("close");
        publish("a");
        assertThat(client.readEvent().data()).isEqualTo("a");
    }

    @Test
    void aPublishedEventArrivesWithItsPositionAsId() throws Exception {
        RawSseClient client = follower(serve());
        EventId id = publish(SseEvent.builder().type("tick").data("1\n2").build());
        var event = client.readEvent();
        assertThat(event.type()).isEqualTo("tick");
        assertThat(event.data()).isEqualTo("1\n2");
        assertThat(event.lastEventId()).isEqualTo(id.toString());
    }

    @Test
    void anEscapedPathIsTheEndpointsPath() throws Exception {
        SseServer server = start(local().endpoint("/a b+c", request -> SseReply.subscribe(hub, "t")));
        assertThat(client(server).get("/a%20b+c").status()).isEqualTo(200);
    }
}

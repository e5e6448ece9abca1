package dev.freshet.netty;

import static dev.freshet.netty.Pipelines.chunk;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.ResumeOutcome;
import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpServerCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client sees first of a stream. */
class StreamHeadTest extends ServerFixture {
    @Test
    void theHeadHasExactlyTheseFields() throws Exception {
        RawSseClient.Head head = client(serve()).get("/events");
        assertThat(head.statusLine()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(undated(head))
                .isEqualTo(Map.of(
                        "content-type", "text/event-stream",
                        "cache-control", "no-store, no-transform",
                        "connection", "close",
                        "transfer-encoding", "chunked",
                        "x-accel-buffering", "no",
                        "x-content-type-options", "nosniff",
                        "sse-resume", "fresh"));
    }

    @ParameterizedTest
    @CsvSource({"FRESH, CHUNKED", "RESUMED, CHUNKED", "RESET, CHUNKED", "FRESH, PLAIN", "RESUMED, PLAIN", "RESET, PLAIN"
    })
    void theHeadThatGoesPastTheCodecIsTheOneThatItWouldHaveWritten(ResumeOutcome outcome, StreamFraming framing) {
        HttpHeaders more = new DefaultHttpHeaders().set("Vary", "Origin").set("Access-Control-Allow-Origin", "*");
        EmbeddedChannel codec = new EmbeddedChannel(new HttpServerCodec());
        codec.writeOutbound(ResponseWriter.streamHead(outcome, framing, more));
        ByteBuf head = Unpooled.buffer();
        ResponseWriter.writeStreamHead(head, outcome, framing, more);
        String anyDate = "(?<=\r\ndate: )[^\r]+";
        assertThat(head.toString(StandardCharsets.ISO_8859_1).replaceFirst(anyDate, "now"))
                .contains("\r\ndate: now\r\n")
                .isEqualTo(Pipelines.sent(codec).replaceFirst(anyDate, "now"));
        codec.finish();
    }

    @Test
    void aClientCutOffBeforeItsFirstEventResumesWithNothingLost() throws Exception {
        SseServer server = serve();
        RawSseClient first = listener(server);
        assertThat(first.readEvent().type()).isEqualTo("stream-open");
        first.cut();
        publish("missed");
        assertThat(follower(server, "Last-Event-ID: " + first.lastEventId())
                        .readEvent()
                        .data())
                .isEqualTo("missed");
    }

    @Test
    void headAndOpeningFrameLeaveInOneFlush() {
        StringBuilder written = new StringBuilder();
        SseHandler handler = SseHandler.builder()
                .retry(Duration.ofMillis(5), Duration.ofMillis(5))
                .opening(StreamOpening.ID_ONLY)
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .build();
        EmbeddedChannel channel = new EmbeddedChannel(Pipelines.flushesTo(written), new HttpServerCodec(), handler);
        Pipelines.send(channel, Pipelines.get("/events"));
        assertThat(written).startsWith("HTTP/1.1 200 OK").containsOnlyOnce("<flush>");
        assertThat(written.toString())
                .endsWith("\r\n\r\n" + chunk("retry: 5\nid: " + hub.latest() + "\n\n") + "<flush>");
        Pipelines.sent(channel);
        channel.close();
        assertThat(channel.finish()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1\r\nHost: h", "HTTP/1.0"})
    void aHeadRequestGetsTheSameHeadAndNoStream(String version) throws Exception {
        SseServer server = serve();
        RawSseClient other = client(server);
        other.send("GET /events " + version + "\r\n\r\n");
        RawSseClient client = client(server);
        client.send("HEAD /events " + version + "\r\n\r\n");
        assertThat(undated(client.readHead())).isEqualTo(undated(other.readHead()));
        assertConnectionEnds(client);
        assertThat(server.connections().count()).isOne();
    }

    @Test
    void theAnswerToHeadHasNoBodyBehindAnEncoderThatDoesNotKnowTheMethod() {
        SseHandler handler = SseHandler.builder()
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .build();
        EmbeddedChannel channel = new EmbeddedChannel(new HttpRequestDecoder(), new HttpResponseEncoder(), handler);
        Pipelines.send(channel, "HEAD /events HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(Pipelines.sent(channel))
                .startsWith("HTTP/1.1 200 OK")
                .endsWith("\r\n\r\n")
                .doesNotContain("0\r\n\r\n");
        assertThat(channel.isOpen()).isFalse();
        assertThat(channel.finish()).isFalse();
    }

    @Test
    void anHttp10ClientGetsTheSameStreamWithoutChunks() throws Exception {
        RawSseClient client = client(serve());
        client.send("GET /events HTTP/1.0\r\n\r\n");
        RawSseClient.Head head = client.readHead();
        assertThat(head.header("Connection")).isEqualTo("close");
        assertThat(head.header("Transfer-Encoding")).isNull();
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

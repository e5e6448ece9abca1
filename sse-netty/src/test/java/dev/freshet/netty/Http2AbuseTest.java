package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.freshet.harness.LeakGate;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests over HTTP/2 that are none. Covers {@link Http2PseudoHeaders} and {@link Http2RequestCodec}. */
class Http2AbuseTest extends ServerFixture {
    private final Failures failures = new Failures();
    private SseServer server;
    private Http2Client client;

    @BeforeEach
    void connect() {
        server = start(local().maxConcurrentStreams(10) // so 200 resets are too many
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .requests(pipeline -> pipeline.addLast(failures)));
        client = Http2Client.connect(server);
    }

    @AfterEach
    void end() {
        client.close();
    }

    @Sharable
    private static final class Failures extends ChannelInboundHandlerAdapter {
        final Queue<Throwable> seen = new ConcurrentLinkedQueue<>();

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            seen.add(cause);
            ctx.fireExceptionCaught(cause);
        }
    }

    private static Http2Headers head(String method, String path) {
        return new DefaultHttp2Headers(false).method(method).path(path).scheme("http");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /a b, true",
        "GET, /a b, false",
        "G T, /events, true",
        "G T, /events, false",
        "connect, /events, true",
        "connect, /events, false",
        "GET, http://localhost/events, true",
        "GET, http://localhost/events, false",
        "GET, events, true",
        "GET, *, true",
        "OPTIONS, *x, true",
        "GET, ?, true"
    })
    void whatHttp1CouldNotAskIsResetAndTheConnectionServesOn(String method, String path, boolean ended)
            throws Exception {
        assertThat(client.request(head(method, path), ended).end()).isEqualTo("PROTOCOL_ERROR");
        assertThat(client.follow("/events").head()).isNotNull();
        assertThat(failures.seen).isEmpty();
    }

    /** RFC 9113 8.3.1; Netty 4.1 lets them through. */
    @ParameterizedTest
    @CsvSource({
        ":method, true",
        ":method, false",
        ":scheme, true",
        ":scheme, false",
        ":path, true",
        ":path, false",
        ":authority, true",
        ":authority, false"
    })
    void aRequestThatLacksAFieldIsResetAndTheConnectionServesOn(String field, boolean ended) throws Exception {
        Http2Headers head = field.equals(":authority")
                ? new DefaultHttp2Headers(false).method("CONNECT")
                : head("GET", "/events").authority("localhost");
        head.remove(field);
        assertThat(client.request(head, ended).end()).isEqualTo("PROTOCOL_ERROR");
        assertThat(client.follow("/events").head()).isNotNull();
        assertThat(failures.seen).isEmpty();
    }

    @Test
    void aQuestionAboutTheWholeServerIsNotMalformed() throws Exception {
        assertThat(client.request(head("OPTIONS", "*"), true).status()).isEqualTo("404");
    }

    @Test
    void aHeaderWithALineBreakIsResetAndTheConnectionServesOn() throws Exception {
        assertThat(client.request(head("GET", "/events").set("x", "a\r\nb"), true)
                        .end())
                .isEqualTo("PROTOCOL_ERROR");
        assertThat(client.follow("/events").head()).isNotNull();
        assertThat(failures.seen).isEmpty();
    }

    @Test
    void aMalformedRequestLeavesNoBufferBehind() throws Exception {
        for (int i = 0; i < 50; i++) {
            client.get("/a b").end();
        }
        assertThat(LeakGate.drain()).isEmpty();
    }

    @Test
    void aFloodOfMalformedRequestsEndsTheConnection() throws Exception {
        assertThat(catchThrowable(() -> {
                    for (int i = 0; i < 1_000; i++) {
                        client.get("/a b").end();
                    }
                }))
                .as("what the first request finds that comes too late")
                .isNotNull();
        client.awaitClosed();
        assertThat(follower(server).lastEventId()).isNotNull();
    }
}

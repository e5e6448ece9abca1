package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When an answer was made (RFC 9110 6.6.1). */
class ResponseDateTest extends ServerFixture {
    private static final String THEIRS = "Sun, 06 Nov 1994 08:49:37 GMT";

    private final Instant before = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private SseServer server;

    @BeforeEach
    void start() {
        server = start(local().limits(Limits.builder().connectionsPerKey(1).build())
                .endpoint("/hub", request -> SseReply.subscribe(hub, "t"))
                .endpoint("/finite", request -> SseReply.stream(PublisherStreamTest.at("a")))
                .endpoint("/refused", request -> SseReply.refuse(403))
                .endpoint("/stop", request -> SseReply.stop())
                .endpoint("/later", request -> SseReply.retryLater(Duration.ofSeconds(1)))
                .requests(pipeline -> pipeline.addLast(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object msg) {
                        if (msg instanceof HttpRequest request && request.uri().equals("/theirs")) {
                            FullHttpResponse response =
                                    new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
                            response.headers().set(HttpHeaderNames.DATE, THEIRS).set(HttpHeaderNames.CONTENT_LENGTH, 0);
                            ctx.writeAndFlush(response);
                        }
                        ctx.fireChannelRead(msg);
                    }
                })));
    }

    private void assertNow(@Nullable CharSequence date) {
        assertThat(date).isNotNull();
        String text = Objects.requireNonNull(date).toString();
        assertThat(text).matches("[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT");
        assertThat(ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant())
                .isBetween(before, Instant.now());
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /hub",
        "HEAD, /hub",
        "GET, /finite",
        "HEAD, /finite",
        "GET, /refused",
        "GET, /stop",
        "GET, /later",
        "DELETE, /hub",
        "GET, /nowhere"
    })
    void anAnswerTellsWhenItWasMade(String method, String path) throws Exception {
        RawSseClient client = client(server);
        client.send(method + " " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
        assertNow(client.readHead().header("Date"));
    }

    @Test
    void aBrowserThatIsToldToComeLaterIsToldWhen() throws Exception {
        assertNow(client(server)
                .get("/later", "Accept: text/event-stream", "Sec-Fetch-Mode: cors")
                .header("Date"));
    }

    @Test
    void aMalformedRequestIsToldWhen() throws Exception {
        RawSseClient client = client(server);
        client.send("GET\r\n\r\n");
        assertNow(client.readHead().header("Date"));
    }

    @Test
    void aRequestThatTakesTooLongIsToldWhen() throws Exception {
        RawSseClient client = client(start(local().limits(
                        Limits.builder().requestTimeout(Duration.ofMillis(500)).build())));
        client.send("GET ");
        RawSseClient.Head head = client.readHead();
        assertThat(head.status()).isEqualTo(408);
        assertNow(head.header("Date"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/hub", "/finite", "/refused", "/later"})
    void overHttp2Too(String path) throws Exception {
        try (Http2Client client = Http2Client.connect(server)) {
            Http2Client.Stream stream = client.get(path);
            assertThat(stream.head().getAll("date")).hasSize(1);
            assertNow(stream.head().get("date"));
        }
    }

    @Test
    void anAnswerOfTheApplicationKeepsItsOwn() throws Exception {
        assertThat(client(server).get("/theirs").header("Date")).isEqualTo(THEIRS);
    }

    @Test
    void aLaterSecondHasAnotherDate() {
        assertThat(ResponseDate.at(784_111_777_000L).toString()).isEqualTo(THEIRS);
        assertThat(ResponseDate.at(784_111_777_999L).toString()).isEqualTo(THEIRS);
        assertThat(ResponseDate.at(784_111_778_000L).toString()).isEqualTo("Sun, 06 Nov 1994 08:49:38 GMT");
    }
}

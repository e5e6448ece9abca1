package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.freshet.netty.Http2Client.Stream;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What one HTTP/2 connection may ask of the server. */
class Http2LimitsTest extends ServerFixture {
    private SseServer.Builder endpoint() {
        return local().endpoint("/events", request -> SseReply.subscribe(hub, "t"));
    }

    @Test
    void aConnectionMayHave256StreamsUnlessSet() throws Exception {
        try (Http2Client client = Http2Client.connect(start(endpoint()))) {
            assertThat(client.settings().maxConcurrentStreams()).isEqualTo(256);
        }
    }

    /** As one that is reloaded: the streams of before are reset, those of after come at once, on the same connection. */
    @Test
    void aPageWith200StreamsHasAllOfThemAndHasThemAgainWhenItIsReloaded() throws Exception {
        try (Http2Client client = Http2Client.connect(start(endpoint()))) {
            for (String data : List.of("before", "after")) {
                List<Stream> page = new ArrayList<>();
                for (int i = 0; i < 200; i++) {
                    page.add(client.get("/events"));
                }
                for (Stream stream : page) {
                    assertThat(stream.status()).isEqualTo("200");
                }
                publish(data);
                for (Stream stream : page) {
                    assertThat(stream.readEvent().data()).isEqualTo(data);
                }
                page.forEach(Stream::reset);
            }
        }
    }

    @Test
    void aStreamOverTheLimitIsRefusedAndTheOthersGoOn() throws Exception {
        SseServer server = start(endpoint().maxConcurrentStreams(2));
        try (Http2Client client = Http2Client.connect(server)) {
            Stream first = client.follow("/events");
            Stream second = client.follow("/events");
            client.ignoreMaxConcurrentStreams();
            assertThat(client.get("/events").end()).isEqualTo("REFUSED_STREAM");
            publish("on");
            assertThat(first.readEvent().data()).isEqualTo("on");
            second.reset();
            first.reset();
        }
    }

    @Test
    void aClientMayResetAllItsStreamsAtOnceAndComeBack() throws Exception {
        SseServer server = start(endpoint().maxConcurrentStreams(300));
        try (Http2Client client = Http2Client.connect(server)) {
            for (int round = 0; round < 2; round++) {
                Stream[] streams = new Stream[250];
                for (int i = 0; i < streams.length; i++) {
                    streams[i] = client.follow("/events");
                }
                for (Stream stream : streams) {
                    stream.reset();
                }
            }
            assertThat(client.follow("/events").head()).isNotNull();
        }
    }

    @Test
    void aFloodOfResetsEndsTheConnection() throws Exception {
        SseServer server = start(endpoint().maxConcurrentStreams(10));
        try (Http2Client client = Http2Client.connect(server)) {
            assertThat(catchThrowable(() -> {
                        for (int i = 0; i < 100_000; i++) {
                            client.get("/events").reset();
                        }
                    }))
                    .as("what the first request finds that comes too late")
                    .isNotNull();
            client.awaitClosed();
        }
        assertThat(follower(server).lastEventId()).isNotNull();
    }

    @Test
    void headersThatAreTooLargeAreRefusedAndTheConnectionServesOn() throws Exception {
        SseServer server = start(endpoint());
        try (Http2Client client = Http2Client.connect(server)) {
            client.settings();
            Stream refused = client.get(
                    "/events", "large: " + "x".repeat(Limits.defaults().headerBytes()));
            assertThat(refused.status()).isEqualTo("431");
            assertThat(client.follow("/events").head()).isNotNull();
        }
    }

    @Test
    void aConnectionGoesAwayThatIsIdleAfterARequest() throws Exception {
        SseServer server = start(endpoint()
                .limits(Limits.builder().idleTimeout(Duration.ofMillis(100)).build()));
        try (Http2Client client = Http2Client.connect(server)) {
            client.follow("/events").reset();
            assertThat(client.frames().goAway().errorCode()).isZero();
            client.awaitClosed();
        }
    }

    @Test
    void anAnswerOfWhichNothingIsTakenIsResetAndTheConnectionServesOn() throws Exception {
        LongAnswer answers = new LongAnswer();
        SseServer server = start(endpoint()
                .requests(pipeline -> pipeline.addLast(answers))
                .limits(Limits.builder().idleTimeout(Duration.ofMillis(100)).build()));
        try (Http2Client client = Http2Client.connect(server).widen(1 << 20)) {
            Stream quick = client.follow("/events");
            Stream answer = client.request("POST", "/long", false);
            answer.stopReading();
            answer.send("now", true);
            assertThat(answers.gone.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            answer.readOn();
            assertThat(answer.end()).isEqualTo("CANCEL");
            publish("on");
            assertThat(quick.readEvent().data()).isEqualTo("on");
        }
    }

    /** To a request that is complete: written at once, and many windows long. */
    @ChannelHandler.Sharable
    static final class LongAnswer extends SimpleChannelInboundHandler<HttpObject> {
        static final int BYTES = 2 << 20;

        final CountDownLatch gone = new CountDownLatch(1);

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
            if (!(part instanceof LastHttpContent)) {
                return;
            }
            ctx.channel().closeFuture().addListener(closed -> gone.countDown());
            byte[] lines = new byte[BYTES];
            Arrays.fill(lines, (byte) '\n');
            ctx.writeAndFlush(new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(lines)));
        }
    }

    @Test
    void aLimitBelowOneIsRefused() {
        assertThatThrownBy(() -> SseServer.builder().maxConcurrentStreams(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxConcurrentStreams: 0 (expected: > 0)");
    }

    @Test
    void whatOnlyBeginsLikeThePrefaceIsAnsweredAsHttp1() throws Exception {
        SseServer server = start(endpoint());
        var client = client(server);
        client.send("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n");
        assertThat(client.readHead().status()).isEqualTo(505);
    }

    @Test
    void aPrefaceWithoutSettingsEndsTheConnection() throws Exception {
        SseServer server = start(endpoint());
        var client = client(server);
        client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "x".repeat(100));
        assertThat(rest(client)).contains("First received frame was not SETTINGS");
        assertThat(follower(server).lastEventId()).isNotNull();
    }

    @Test
    void aPrefaceMayComeByteByByte() throws Exception {
        SseServer server = start(endpoint());
        var client = client(server);
        for (char c : "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".toCharArray()) {
            client.send(String.valueOf(c));
        }
        assertThat(client.readBytes(9)[3]).as("the type SETTINGS").isEqualTo((byte) 4);
    }
}

package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.netty.Http2Client.Stream;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2DataFrame;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Finite streams over HTTP/2, and over TLS. */
class PublisherStreamHttp2Test extends ServerFixture {
    private static final int MORE_THAN_A_WINDOW = 512 << 10;
    private static final String NEARLY_A_WINDOW = "x".repeat(60 << 10);
    /** Together with the other over the window, but not so much that the channel is full. */
    private static final String THE_REST_OF_IT = "x".repeat(10 << 10);

    private final Recorder recorder = new Recorder();
    private final HandPublisher publisher = new HandPublisher();

    private SseServer.Builder finite() {
        return local().listener(recorder)
                .endpoint("/finite", request -> SseReply.stream(publisher))
                .endpoint(
                        "POST", "/finite", request -> SseReply.stream(PublisherStreamTest.at(request.bodyText(), "b")))
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"));
    }

    private static Stream stuck(Http2Client client, String path) throws Exception {
        Stream stream = client.follow(path);
        stream.stopReading();
        return stream;
    }

    @Test
    void itEndsItsStreamAndNoOther() throws Exception {
        try (Http2Client client = Http2Client.connect(start(finite()))) {
            Stream other = client.follow("/events");
            Stream stream = client.request("POST", "/finite", false);
            stream.send("a", true);
            assertThat(stream.body()).isEqualTo("data: a\n\ndata: b\n\n");
            assertThat(stream.end()).isEqualTo("END_STREAM");
            assertThat(stream.head().contains("transfer-encoding")).isFalse();
            assertThat(recorder.nextClosed()).isEqualTo(CloseReason.COMPLETED);
            publish("on");
            assertThat(other.readEvent().data()).isEqualTo("on");
        }
    }

    @Test
    void aResetCancelsThePublisherAlone() throws Exception {
        try (Http2Client client = Http2Client.connect(start(finite()))) {
            Stream other = client.follow("/events");
            Stream stream = client.follow("/finite");
            stream.reset();
            publisher.untilCancelled();
            assertThat(recorder.nextClosed()).isEqualTo(CloseReason.PEER);
            publish("on");
            assertThat(other.readEvent().data()).isEqualTo("on");
        }
    }

    @Test
    void aFailureIsToldInBandAndTheStreamEnds() throws Exception {
        try (Http2Client client = Http2Client.connect(start(finite()))) {
            Stream stream = client.follow("/finite");
            publisher.subscriber().onError(new IllegalStateException("out of tokens"));
            assertThat(stream.body()).isEqualTo("event: error\ndata: {\"message\":\"the stream failed\"}\n\n");
            assertThat(stream.end()).isEqualTo("END_STREAM");
            assertThat(recorder.nextClosed()).isEqualTo(CloseReason.FAILED);
        }
    }

    @Test
    void aHeadRequestGetsTheHeadAndAsksNoPublisher() throws Exception {
        try (Http2Client client = Http2Client.connect(start(finite()))) {
            Stream stream = client.request("HEAD", "/finite", true);
            assertThat(stream.status()).isEqualTo("200");
            assertThat(stream.head().get("content-type")).hasToString("text/event-stream");
            assertThat(stream.end()).isEqualTo("END_STREAM");
            assertThat(stream.body()).isEmpty();
            assertThat(recorder.opened).isEmpty();
            assertThat(publisher.asked).isEmpty();
        }
    }

    @Test
    void withoutAWindowNothingIsAskedFor() throws Exception {
        try (Http2Client client = Http2Client.connect(start(finite())).widen(2 * MORE_THAN_A_WINDOW)) {
            Stream stream = stuck(client, "/finite");
            publisher.next("x".repeat(MORE_THAN_A_WINDOW));
            client.get("/nothing").end(); // by now the event loop has written what it may
            assertThat(publisher.asked).isEmpty();
            stream.readOn();
            publisher.nextAsked();
            publisher.subscriber().onComplete();
            assertThat(stream.end()).isEqualTo("END_STREAM");
        }
    }

    @Test
    void itIsCutOffByAResetWhenItsTimeIsUp() throws Exception {
        SseServer server = start(finite().maxLifetime(Duration.ofMillis(50)));
        try (Http2Client client = Http2Client.connect(server)) {
            Stream stream = client.follow("/finite");
            assertThat(stream.end()).isEqualTo("CANCEL");
            assertThat(stream.bodySoFar()).startsWith("retry: ");
            assertThat(recorder.nextClosed()).isEqualTo(CloseReason.LIFETIME);
        }
    }

    @Test
    void aStreamOfAHubThatIsClosedAndNotTakenIsReset() throws Exception {
        SseServer server = start(finite().writeTimeout(Duration.ofMillis(100)));
        try (Http2Client client = Http2Client.connect(server)) {
            Stream stream = stuck(client, "/events");
            SseConnection connection = recorder.nextOpened();
            EventLoop loop = loopOf(connection);
            loop.execute(() -> {
                publish("x".repeat(MORE_THAN_A_WINDOW)); // to be written next
                loop.execute(connection::close); // and behind that: nothing comes between in which it were stalled
            });
            assertThat(recorder.nextClosed()).isEqualTo(CloseReason.APPLICATION);
            stream.readOn();
            assertThat(stream.end()).isEqualTo("CANCEL");
        }
    }

    @Test
    void aStreamThatIsCompleteAndNotTakenGivesItsPlaceBack() throws Exception {
        SseServer server = start(finite().writeTimeout(Duration.ofMillis(100))
                .limits(Limits.builder().connections(1).build()));
        try (Http2Client client = Http2Client.connect(server)) {
            stuck(client, "/finite");
            publisher.next(NEARLY_A_WINDOW);
            publisher.last(THE_REST_OF_IT, recorder.nextOpened());
            assertThat(recorder.nextClosed()).isEqualTo(CloseReason.STALLED);
            client.follow("/events");
        }
    }

    /** Counts the heartbeats that are written to a channel that is full. */
    private static final class Surplus extends ChannelOutboundHandlerAdapter {
        final AtomicInteger beats = new AtomicInteger();

        @Override
        public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
            if (!ctx.channel().isWritable()
                    && msg instanceof Http2DataFrame frame
                    && frame.content().toString(StandardCharsets.UTF_8).equals(":\n")) {
                beats.incrementAndGet();
            }
            ctx.write(msg, promise);
        }
    }

    @Test
    void heartbeatsDoNotPileUpWithoutAWindow() throws Exception {
        SseServer server = start(finite().heartbeat(Duration.ofMillis(10)));
        try (Http2Client client = Http2Client.connect(server).widen(2 * MORE_THAN_A_WINDOW)) {
            stuck(client, "/finite");
            Channel stuck = ((StreamBase) recorder.nextOpened()).channel;
            Surplus surplus = new Surplus();
            stuck.pipeline().addFirst(surplus);
            publisher.next("x".repeat(MORE_THAN_A_WINDOW));
            Stream beating = client.follow("/events"); // which opens behind what is written then
            for (int beats = 0; beats < 20; beats++) {
                beating.awaitData();
            }
            assertThat(stuck.isWritable()).isFalse();
            assertThat(surplus.beats).hasValue(0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void overTlsItEndsAndTheConnectionServesOn(Version version) throws Exception {
        SseServer server = start(finite().tls(Tls.server()));
        HttpClient client = HttpClient.newBuilder()
                .sslContext(Tls.trusting())
                .version(version)
                .build();
        HttpRequest post = HttpRequest.newBuilder(
                        URI.create("https://localhost:" + server.address().getPort() + "/finite"))
                .timeout(Duration.ofSeconds(PATIENCE_SECONDS))
                .POST(BodyPublishers.ofString("a"))
                .build();
        for (int i = 0; i < 3; i++) {
            HttpResponse<String> answer = client.send(post, BodyHandlers.ofString());
            assertThat(answer.version()).isEqualTo(version);
            assertThat(answer.body()).isEqualTo("data: a\n\ndata: b\n\n");
        }
        assertThat(recorder.opened)
                .extracting(SseConnection::remoteAddress)
                .hasSize(3)
                .containsOnly(recorder.opened.element().remoteAddress());
    }
}

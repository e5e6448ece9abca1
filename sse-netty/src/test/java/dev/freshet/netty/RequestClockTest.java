package dev.freshet.netty;

import static dev.freshet.netty.Pipelines.get;
import static dev.freshet.netty.Pipelines.send;
import static dev.freshet.netty.Pipelines.sent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.Pipelines.Behind;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests that take too long, and connections that are idle. */
class RequestClockTest extends ServerFixture {
    private final SseHub topics = SseHub.create();
    private final CompletableFuture<SseReply> later = new CompletableFuture<>();
    private final Behind behind = Behind.answeringLater();
    private final EmbeddedChannel channel = channel();
    /** Each flush takes a byte, and the message stays. */
    private boolean slow;

    private EmbeddedChannel channel() {
        RequestClock clock = new RequestClock(Limits.defaults());
        EmbeddedChannel embedded = new EmbeddedChannel() {
            @Override
            protected void doWrite(ChannelOutboundBuffer out) throws Exception {
                if (!slow) {
                    super.doWrite(out);
                } else if (out.current() != null) {
                    out.progress(1);
                }
            }
        };
        embedded.freezeTime();
        embedded.pipeline()
                .addLast(
                        clock,
                        new HttpServerCodec(),
                        clock.behind(),
                        SseHandler.builder()
                                .endpoint("/events", request -> SseReply.subscribe(topics, "t"))
                                .endpoint("/later", request -> SseReply.when(later))
                                .build(),
                        behind);
        return embedded;
    }

    @AfterEach
    void end() {
        channel.close();
        channel.finishAndReleaseAll();
        topics.close();
    }

    private void after(long seconds) {
        channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
    }

    private void answer() {
        behind.answer(channel.pipeline().context(behind));
    }

    @Test
    void aRequestThatTricklesIsTimedOut() {
        for (int i = 0; i < 29; i++) {
            send(channel, "GET / HTTP/1.1\r\nHost: localhost\r\n".substring(i, i + 1));
            after(1);
            assertThat(channel.isOpen()).isTrue();
        }
        after(1);
        assertThat(sent(channel)).startsWith("HTTP/1.1 408 ").endsWith("\r\n\r\nrequest: not complete in time\n");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aBodyThatDoesNotComeIsTimedOut() {
        send(channel, "POST /a HTTP/1.1\r\nContent-Length: 5\r\n\r\nhell");
        after(30);
        assertThat(sent(channel)).startsWith("HTTP/1.1 408 ");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aConnectionThatAsksNothingIsClosed() {
        after(29);
        assertThat(channel.isOpen()).isTrue();
        after(1);
        assertThat(sent(channel)).isEmpty();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void readsThatBringNothingDoNotProlongTheWaitForTheFirstRequest() {
        for (int i = 0; i < 30; i++) {
            assertThat(channel.isOpen()).isTrue();
            channel.pipeline().fireChannelReadComplete(); // as TLS does of a handshake, or of a part of a record
            after(1);
        }
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void readsThatBringNothingDoNotProlongTheWaitForTheNextRequest() {
        send(channel, get("/a"));
        answer();
        sent(channel);
        for (int i = 0; i < 300; i++) {
            assertThat(channel.isOpen()).isTrue();
            channel.pipeline().fireChannelReadComplete();
            after(1);
        }
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aConnectionIsIdleOnceTheRestOfARequestHasComeThatWasAnsweredBefore() {
        send(channel, "POST /a HTTP/1.1\r\nContent-Length: 5\r\n\r\n");
        channel.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.NOT_FOUND));
        send(channel, "hello");
        after(299);
        assertThat(channel.isOpen()).isTrue();
        after(1);
        assertThat(channel.isOpen()).isFalse();
        assertThat(sent(channel)).startsWith("HTTP/1.1 404 ").doesNotContain("408");
    }

    @Test
    void eachRequestHasItsOwnTime() {
        for (int i = 0; i < 5; i++) {
            send(channel, "GET /a HTTP/1.1\r\n");
            after(20);
            send(channel, "\r\n");
            answer();
            assertThat(sent(channel)).endsWith("</a >");
            after(20);
        }
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void aRequestThatCameWithTheOneBeforeItIsTimedOut() {
        send(channel, get("/a") + "POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n");
        answer();
        after(30);
        assertThat(sent(channel)).containsSubsequence("</a >", "HTTP/1.1 408 ");
        assertThat(channel.isOpen()).isFalse();
    }

    private void begin() {
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        HttpUtil.setTransferEncodingChunked(head, true);
        ChannelHandlerContext ctx = channel.pipeline().context(behind);
        ctx.write(head);
        ctx.writeAndFlush(new DefaultHttpContent(Unpooled.copiedBuffer("a", StandardCharsets.US_ASCII)));
    }

    @Test
    void anAnswerThatIsNotMadeToItsEndYetIsNotCutOff() {
        send(channel, get("/a"));
        begin();
        after(3600);
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void anAnswerThatIsNotMadeToItsEndYetAndOfWhichNothingIsTakenEndsTheConnection() {
        send(channel, get("/a"));
        slow = true;
        begin();
        after(300);
        after(300);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void anAnswerMayTakeItsTime() {
        send(channel, get("/a"));
        after(3600);
        answer();
        assertThat(sent(channel)).endsWith("</a >");
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void anIdleConnectionIsClosedAfterItsLastAnswer() {
        send(channel, get("/a"));
        after(3600);
        answer();
        sent(channel);
        after(299);
        assertThat(channel.isOpen()).isTrue();
        after(1);
        assertThat(sent(channel)).isEmpty();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void anAnswerThatIsTakenSlowlyIsNotCutOff() {
        send(channel, get("/a"));
        slow = true;
        answer();
        for (int i = 0; i < 10; i++) {
            after(299);
            channel.flush();
        }
        assertThat(channel.isOpen()).isTrue();
        slow = false;
        channel.flush();
        assertThat(sent(channel)).endsWith("</a >");
        after(299);
        assertThat(channel.isOpen()).isTrue();
        after(1);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void anAnswerOfWhichNothingIsTakenEndsTheConnection() {
        send(channel, get("/a"));
        slow = true;
        answer();
        after(300);
        after(300);
        assertThat(channel.isOpen()).isFalse();
        assertThat(sent(channel)).isEmpty();
    }

    @Test
    void aRequestHasItsTimeOnceTheAnswerBeforeItIsTaken() {
        send(channel, get("/a"));
        send(channel, "GET /b");
        slow = true;
        answer();
        for (int i = 0; i < 10; i++) {
            after(29);
            channel.flush();
        }
        slow = false;
        channel.flush();
        assertThat(sent(channel)).endsWith("</a >");
        after(29);
        assertThat(channel.isOpen()).isTrue();
        after(1);
        assertThat(sent(channel)).startsWith("HTTP/1.1 408 ");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aStreamHasNoClockAlsoWhereAnAnswerBeforeItIsTakenLate() {
        send(channel, get("/a"));
        slow = true;
        answer();
        send(channel, get("/events"));
        slow = false;
        channel.flush();
        assertThat(sent(channel)).contains("</a >", "SSE-Resume: fresh");
        after(3600);
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void aRequestThatTricklesBehindOneThatIsNotAnsweredJustEndsTheConnection() {
        send(channel, get("/a"));
        send(channel, "GET /b");
        after(30);
        assertThat(sent(channel)).isEmpty();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aStreamHasNoClock() {
        send(channel, get("/events"));
        after(3600);
        assertThat(sent(channel)).contains("SSE-Resume: fresh");
        assertThat(channel.isOpen()).isTrue();
        assertThat(channel.pipeline().get(RequestClock.class)).isNull();
    }

    @Test
    void anotherProtocolHasNoClock() {
        send(channel, get("/a"));
        channel.writeOutbound(
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS));
        send(channel, "a frame");
        after(3600);
        assertThat(sent(channel)).startsWith("HTTP/1.1 101 ").endsWith("\r\n\r\n");
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void aServerTimesOutWhatTrickles() throws Exception {
        SseServer server = start(local().limits(
                        Limits.builder().requestTimeout(Duration.ofMillis(100)).build())
                .endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        RawSseClient slow = client(server);
        slow.send("GET /events HT");
        assertThat(slow.readHead().status()).isEqualTo(408);
        assertThat(rest(slow)).isEqualTo("request: not complete in time\n");
        assertThat(client(server).readToEnd()).isEmpty();
    }
}

package dev.freshet.netty;

import static dev.freshet.netty.Pipelines.get;
import static dev.freshet.netty.Pipelines.send;
import static dev.freshet.netty.Pipelines.sent;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpExpectationFailedEvent;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Requests that take too long, and connections that are idle. Covers {@link RequestReceiving}. */
@Tag("netty-4.2")
class RequestTimeoutsTest extends ClockFixture {
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

    @Test
    void aRequestAfterOneWhoseBodyTheCodecDropsHasItsOwnTime() {
        send(channel, "POST /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        channel.pipeline().fireUserEventTriggered(HttpExpectationFailedEvent.INSTANCE);
        channel.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.EXPECTATION_FAILED));
        after(20);
        send(channel, "POST /b HTTP/1.1\r\nContent-Length: 5\r\n\r\n");
        after(20);
        send(channel, "hello");
        answer();
        assertThat(sent(channel)).startsWith("HTTP/1.1 417 ").endsWith("</b hello>");
    }

    @Test
    void emptyLinesBehindARequestAreNoRequest() {
        send(channel, "POST /a HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello");
        send(channel, "\r\n");
        after(3600);
        answer();
        assertThat(sent(channel)).endsWith("</a hello>");
        send(channel, "\r\n");
        after(299);
        assertThat(channel.isOpen()).isTrue();
        after(1);
        assertThat(sent(channel)).isEmpty();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aRequestThatIsNotReadHasItsTimeOnceItIs() {
        send(channel, "POST /a HTTP/1.1\r\nContent-Length: 5\r\n\r\nhel");
        channel.config().setAutoRead(false); // as an application does that is busy with what it has
        after(3600);
        assertThat(channel.isOpen()).isTrue();
        channel.config().setAutoRead(true);
        after(30);
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
        assertThat(channel.pipeline().get(RequestTimeouts.class)).isNull();
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
    void aConnectionOfAServerHasAClock() {
        EmbeddedChannel connection = Pipelines.served(SseHandler.builder());
        send(connection, "GET /no HT");
        Pipelines.after(connection, Duration.ofSeconds(29));
        assertThat(connection.isOpen()).isTrue();
        Pipelines.after(connection, Duration.ofSeconds(1));
        assertThat(sent(connection)).startsWith("HTTP/1.1 408 ").endsWith("\r\n\r\nrequest: not complete in time\n");
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void aServerHasTheTimesOfItsLimits() throws Exception {
        SseServer server = start(local().limits(
                        Limits.builder().requestTimeout(Duration.ofMillis(100)).build())
                .endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        assertThat(client(server).readToEnd()).isEmpty();
    }
}

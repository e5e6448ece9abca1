package dev.freshet.netty;

import static dev.freshet.netty.Pipelines.get;
import static dev.freshet.netty.Pipelines.send;
import static dev.freshet.netty.Pipelines.sent;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Answers that take their time, and what is idle once they are given. */
@Tag("netty-4.2")
class RequestTimeoutsAnswersTest extends ClockFixture {
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
    void aRequestIsNotRefusedWhoseAnswerHasBegun() {
        send(channel, "POST /a HTTP/1.1\r\nContent-Length: 5\r\n\r\nhel");
        slow = true;
        begin();
        after(30);
        after(30);
        assertThat(channel.isOpen()).isFalse();
        assertThat(sent(channel)).isEmpty();
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
}

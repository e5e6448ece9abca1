package dev.freshet.netty;

import static dev.freshet.netty.Pipelines.channel;
import static dev.freshet.netty.Pipelines.closed;
import static dev.freshet.netty.Pipelines.get;
import static dev.freshet.netty.Pipelines.send;
import static dev.freshet.netty.Pipelines.sent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.hub.SseHub;
import dev.freshet.netty.Pipelines.Behind;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each answer waits for those to earlier requests on the connection, in whatever way they are written. */
class ResponseOrderTest {
    private static final int TOO_LARGE = (64 << 10) + 1;
    private static final String MALFORMED = "GET /c HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n";

    private final SseHub hub = SseHub.create();
    private final CompletableFuture<SseReply> later = new CompletableFuture<>();
    private final SseHandler handler = SseHandler.builder()
            .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
            .endpoint("POST", "/events", request -> SseReply.subscribe(hub, "t"))
            .endpoint("/later", request -> SseReply.when(later))
            .build();

    @AfterEach
    void closeHub() {
        hub.close();
    }

    private static String tooLarge() {
        return "POST /events HTTP/1.1\r\nHost: h\r\nContent-Length: " + TOO_LARGE + "\r\n\r\n" + "x".repeat(TOO_LARGE);
    }

    @Test
    void aTooLargeBodyIsRefusedAfterTheResponseToAnEarlierRequest() {
        Behind behind = Behind.answeringLater();
        EmbeddedChannel channel = channel(new HttpServerCodec(), handler, behind);
        send(channel, get("/a") + tooLarge());
        assertThat(sent(channel)).isEmpty();
        behind.answer(channel.pipeline().context(behind));
        assertThat(sent(channel)).containsSubsequence("HTTP/1.1 200 OK", "</a >", "HTTP/1.1 413 ");
        closed(channel);
    }

    @Test
    void aTooLargeBodyIsRefusedAfterAnAnswerThatIsStillToCome() {
        EmbeddedChannel channel = channel(new HttpServerCodec(), handler, Behind.answeringAtOnce());
        send(channel, get("/later") + tooLarge());
        assertThat(sent(channel)).isEmpty();
        later.complete(SseReply.refuse(403));
        assertThat(sent(channel)).containsSubsequence("HTTP/1.1 403 Forbidden", "HTTP/1.1 413 ");
        closed(channel);
    }

    @Test
    void manyRequestsBehindAnAnswerThatIsStillToComeAreAllAnswered() {
        SseHandler roomy = SseHandler.builder()
                .limits(Limits.builder()
                        .incompleteBytesPerConnection(Integer.MAX_VALUE)
                        .build())
                .endpoint("/later", request -> SseReply.when(later))
                .endpoint("/events", request -> SseReply.refuse(500))
                .build();
        EmbeddedChannel channel = // not the codec of both, which takes no more than 128 at a time
                channel(new HttpRequestDecoder(), new HttpResponseEncoder(), roomy);
        String refused = "X /events HTTP/1.1\r\n\r\n";
        int many = (64 << 10) / refused.length();
        send(channel, get("/later") + refused.repeat(many));
        assertThat(sent(channel)).isEmpty();
        later.complete(SseReply.refuse(403));
        String answers = sent(channel);
        assertThat(answers).startsWith("HTTP/1.1 403 ");
        assertThat(answers.split("HTTP/1.1 405 ", -1)).hasSize(many + 1);
        closed(channel);
    }

    @Test
    void theRefusalOfAMalformedRequestComesAfterTheResponsesToEarlierRequests() {
        Behind behind = Behind.answeringLater();
        RequestGuard guard = new RequestGuard(handler.engine(), RequestGuard.Pipeline.SERVER);
        EmbeddedChannel channel = channel(new HttpServerCodec(), handler, guard, behind);
        send(channel, get("/a") + get("/b") + MALFORMED);
        assertThat(sent(channel)).isEmpty();
        behind.answer(channel.pipeline().context(behind));
        assertThat(sent(channel)).endsWith("</a >");
        behind.answer(channel.pipeline().context(behind));
        assertThat(sent(channel)).containsSubsequence("</b >", "HTTP/1.1 400 Bad Request");
        closed(channel);
    }

    @Test
    void aMalformedRequestBehindARefusalAndAnotherRequestIsRefusedLast() {
        Behind behind = Behind.answeringLater();
        RequestGuard guard = new RequestGuard(handler.engine(), RequestGuard.Pipeline.SERVER);
        EmbeddedChannel channel = channel(new HttpServerCodec(), handler, guard, behind);
        send(channel, get("/later") + get("/a") + MALFORMED);
        later.complete(SseReply.refuse(403));
        assertThat(sent(channel)).startsWith("HTTP/1.1 403 Forbidden").doesNotContain(" 400 ");
        behind.answer(channel.pipeline().context(behind));
        assertThat(sent(channel)).containsSubsequence("</a >", "HTTP/1.1 400 Bad Request");
        closed(channel);
    }

    /** Answers the requests for a page later, and lets others pass. */
    private static final class PagesLater extends SimpleChannelInboundHandler<HttpObject> {
        final Behind pages = Behind.answeringLater();
        private boolean mine;

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, HttpObject msg) throws Exception {
            mine = msg instanceof HttpRequest request ? request.uri().equals("/page") : mine;
            if (mine) {
                pages.channelRead0(ctx, msg);
            } else {
                ctx.fireChannelRead(ReferenceCountUtil.retain(msg));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"'GET /other HTTP/1.1\r\nHost: h\r\n\r\n', 404", "'GET /other HTTP/1.1\r\n\r\n', 400"})
    void aServerRefusesInTurnWhatItsApplicationDoesNotAnswer(String other, int status) {
        PagesLater application = new PagesLater();
        EmbeddedChannel channel = channel(new ServerPipeline(
                handler,
                Limits.defaults(),
                pipeline -> pipeline.addLast(application),
                null,
                1,
                new ServerConnections()));
        send(channel, get("/page") + other + get("/page"));
        assertThat(sent(channel)).isEmpty();
        application.pages.answer(channel.pipeline().context(application));
        assertThat(sent(channel)).containsSubsequence("HTTP/1.1 200 ", "</page >", "HTTP/1.1 " + status);
        application.pages.answer(channel.pipeline().context(application));
        assertThat(sent(channel)).endsWith("</page >");
        closed(channel);
    }

    @Test
    void readingThatTheApplicationHasStoppedStaysStopped() {
        EmbeddedChannel channel = channel(new HttpServerCodec(), handler);
        channel.config().setAutoRead(false);
        send(channel, get("/later") + get("/later"));
        later.complete(SseReply.refuse(403, "no"));
        assertThat(sent(channel)).containsSubsequence("HTTP/1.1 403", "HTTP/1.1 403");
        assertThat(channel.config().isAutoRead()).isFalse();
        closed(channel);
    }
}

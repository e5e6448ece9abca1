package dev.freshet.netty;

import static dev.freshet.netty.Pipelines.channel;
import static dev.freshet.netty.Pipelines.closed;
import static dev.freshet.netty.Pipelines.get;
import static dev.freshet.netty.Pipelines.send;
import static dev.freshet.netty.Pipelines.sent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.hub.SseHub;
import dev.freshet.netty.ServerFixture.Recorder;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContentCompressor;
import io.netty.handler.codec.http.HttpServerCodec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The end of a handler in somebody else's server, whose channels live on. Covers {@link StreamShutdown}. */
class SseHandlerShutdownTest {
    private final SseHub hub = SseHub.create();
    private final Recorder recorder = new Recorder();

    @AfterEach
    void closeHub() {
        hub.close();
    }

    private SseHandler handler(SseEndpoint endpoint) {
        return SseHandler.builder()
                .listener(recorder)
                .endpoint("/events", endpoint)
                .build();
    }

    @Test
    void anOpenStreamGetsAFarewellAndEnds() {
        SseHandler handler = handler(request -> SseReply.subscribe(hub, "t"));
        EmbeddedChannel channel = channel(new HttpServerCodec(), handler);
        send(channel, get("/events"));
        sent(channel);
        var done = handler.shutdown(Duration.ofDays(1)).toCompletableFuture();
        assertThat(sent(channel)).matches("c\r\nretry: 1[0-9]{3}\n\r\n0\r\n\r\n");
        assertThat(channel.isOpen()).isFalse();
        assertThat(done).isCompleted();
        assertThat(recorder.closed).containsExactly(CloseReason.SHUTDOWN);
        recorder.assertOneClosedForEachOpened();
        closed(channel);
    }

    @Test
    void aRequestAfterwardsIsUnavailable() {
        SseHandler handler = handler(request -> SseReply.subscribe(hub, "t"));
        EmbeddedChannel channel = channel(new HttpServerCodec(), handler);
        handler.shutdown(Duration.ZERO);
        send(channel, get("/events"));
        assertThat(sent(channel)).startsWith("HTTP/1.1 503 ").endsWith("the server is shutting down\n");
        closed(channel);
    }

    @Test
    void anAnswerThatComesAfterwardsOpensNoStream() {
        CompletableFuture<SseReply> answer = new CompletableFuture<>();
        SseHandler handler = handler(request -> SseReply.when(answer));
        EmbeddedChannel channel = channel(new HttpServerCodec(), handler);
        send(channel, get("/events"));
        handler.shutdown(Duration.ZERO);
        answer.complete(SseReply.subscribe(hub, "t"));
        assertThat(sent(channel)).startsWith("HTTP/1.1 503 ").endsWith("the server is shutting down\n");
        assertThat(recorder.opened).isEmpty();
        closed(channel);
    }

    @Test
    void aPublisherThatIsSubscribedMeanwhileIsRefusedAndCancelled() throws Exception {
        HandPublisher publisher = new HandPublisher();
        CompletableFuture<SseHandler> stopped = new CompletableFuture<>();
        SseHandler handler = handler(request -> SseReply.stream(subscriber -> {
            publisher.subscribe(subscriber);
            assertThat(stopped.join().shutdown(Duration.ZERO)).isCompleted();
        }));
        stopped.complete(handler);
        EmbeddedChannel channel = channel(new HttpServerCodec(), handler);
        send(channel, get("/events"));
        assertThat(sent(channel)).startsWith("HTTP/1.1 503 ").endsWith("the server is shutting down\n");
        publisher.untilCancelled();
        assertThat(recorder.opened).isEmpty();
        closed(channel);
    }

    @Test
    void aFiniteStreamThatOpensAfterTheEndIsCutOff() throws Exception {
        HandPublisher publisher = new HandPublisher();
        SseHandler handler = handler(request -> SseReply.stream(publisher));
        EmbeddedChannel channel = channel(new HttpServerCodec(), stoppingAsItLeaves(handler), handler);
        send(channel, get("/events"));
        publisher.untilCancelled();
        assertThat(channel.isOpen()).isFalse();
        assertThat(recorder.closed).containsExactly(CloseReason.SHUTDOWN);
        sent(channel);
        closed(channel);
    }

    private static HttpContentCompressor stoppingAsItLeaves(SseHandler handler) {
        return new HttpContentCompressor() {
            @Override
            public void handlerRemoved(ChannelHandlerContext ctx) throws Exception {
                super.handlerRemoved(ctx);
                assertThat(handler.shutdown(Duration.ZERO)).isCompleted();
            }
        };
    }

    @Test
    void aStreamThatOpensMeanwhileEnds() {
        CompletableFuture<SseHandler> self = new CompletableFuture<>();
        SseHandler handler = handler(request -> SseReply.subscribe(hub, "t").snapshot(() -> {
            self.join().shutdown(Duration.ofDays(1));
            return List.of();
        }));
        self.complete(handler);
        EmbeddedChannel channel = channel(new HttpServerCodec(), handler);
        send(channel, get("/events"));
        sent(channel);
        assertThat(channel.isOpen()).isFalse();
        assertThat(recorder.closed).containsExactly(CloseReason.SHUTDOWN);
        recorder.assertOneClosedForEachOpened();
        closed(channel);
    }
}

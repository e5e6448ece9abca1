package dev.freshet.netty;

import static dev.freshet.netty.Pipelines.channel;
import static dev.freshet.netty.Pipelines.chunk;
import static dev.freshet.netty.Pipelines.closed;
import static dev.freshet.netty.Pipelines.get;
import static dev.freshet.netty.Pipelines.send;
import static dev.freshet.netty.Pipelines.sent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.netty.Pipelines.Behind;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContentCompressor;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Finite streams in pipelines of others. Covers {@link RequestPublisherStart} and {@link RequestPausedTimeout}. */
class PublisherStreamPipelineTest {
    private final HandPublisher publisher = new HandPublisher();
    private final CompletableFuture<SseReply> answer = new CompletableFuture<>();
    private final SseHandler handler = SseHandler.builder()
            .endpoint("/now", request -> SseReply.stream(PublisherStreamTest.at("a", "b")))
            .endpoint("/later", request -> SseReply.stream(publisher))
            .endpoint("/when", request -> SseReply.when(answer))
            .build();

    @Test
    void headAndEventsThatAreThereLeaveInOneFlush() {
        StringBuilder written = new StringBuilder();
        EmbeddedChannel channel = channel(Pipelines.flushesTo(written), new HttpServerCodec(), handler);
        send(channel, get("/now"));
        channel.runPendingTasks();
        assertThat(written).startsWith("HTTP/1.1 200 OK").containsOnlyOnce("<flush>");
        assertThat(written.toString())
                .endsWith("\r\n\r\n" + chunk("data: a\n\n") + chunk("data: b\n\n") + "0\r\n\r\n<flush>");
        sent(channel);
        closed(channel);
    }

    @Test
    void aStreamThatIsRemovedAtItsHeadLeavesNothingBehind() {
        ServerFixture.Recorder recorder = new ServerFixture.Recorder();
        SseHandler recorded = SseHandler.builder()
                .listener(recorder)
                .endpoint("/later", request -> SseReply.stream(publisher))
                .build();
        ChannelOutboundHandlerAdapter removing = new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
                ReferenceCountUtil.release(msg);
                ctx.pipeline().remove(PublisherStream.class);
            }
        };
        EmbeddedChannel channel = channel(new HttpServerCodec(), removing, recorded);
        send(channel, get("/later"));
        channel.checkException();
        assertThat(channel.isOpen()).isFalse();
        assertThat(recorder.closed).isEmpty();
        assertThat(recorded.connections().count()).isZero();
    }

    @Test
    void itMayBeginOutsideOfARead() {
        EmbeddedChannel channel = channel(new HttpServerCodec(), handler); // whose flush runs what waits in its loop
        send(channel, get("/when"));
        answer.complete(SseReply.stream(PublisherStreamTest.at("a")));
        assertThat(sent(channel)).startsWith("HTTP/1.1 200 OK").endsWith(chunk("data: a\n\n") + "0\r\n\r\n");
        closed(channel);
    }

    @Test
    void aRequestBehindItIsAnsweredByTheHandlerBehind() {
        EmbeddedChannel channel = channel(new HttpServerCodec(), handler, Behind.answeringAtOnce());
        send(channel, get("/now") + get("/other"));
        assertThat(sent(channel)).containsSubsequence("data: b\n\n", "0\r\n\r\n", "</other >");
        closed(channel);
    }

    @Test
    void theWaterMarksAreAsBeforeOnceItHasEnded() {
        EmbeddedChannel channel = channel(new HttpServerCodec(), handler);
        WriteBufferWaterMark before = channel.config().getWriteBufferWaterMark();
        send(channel, get("/now"));
        sent(channel);
        assertThat(channel.config().getWriteBufferWaterMark()).isSameAs(before);
        closed(channel);
    }

    @Test
    void aCompressorDoesNotHoldItBack() throws Exception {
        EmbeddedChannel channel = channel(new HttpServerCodec(), new HttpContentCompressor(), handler);
        send(channel, get("/later", "Accept-Encoding: gzip"));
        assertThat(sent(channel)).startsWith("HTTP/1.1 200 OK").doesNotContainIgnoringCase("content-encoding");
        publisher.subscriber().onNext(SseEvent.of("a"));
        assertThat(sent(channel)).isEqualTo(chunk("data: a\n\n"));
        closed(channel);
    }

    @Test
    void anAggregatorAndAChunkedWriterDoNotHoldItBack() throws Exception {
        EmbeddedChannel channel =
                channel(new HttpServerCodec(), new HttpObjectAggregator(1024), new ChunkedWriteHandler(), handler);
        send(channel, get("/later"));
        assertThat(sent(channel)).startsWith("HTTP/1.1 200 OK");
        publisher.subscriber().onNext(SseEvent.of("a"));
        assertThat(sent(channel)).isEqualTo(chunk("data: a\n\n"));
        publisher.subscriber().onComplete();
        assertThat(sent(channel)).isEqualTo("0\r\n\r\n");
        closed(channel);
    }

    @Test
    void aReadTimeoutLeavesAndItsPlaceIsTakenAtTheEndOfTheStream() throws Exception {
        EmbeddedChannel channel = channel();
        channel.freezeTime();
        channel.pipeline()
                .addLast(new HttpServerCodec())
                .addLast("timeout", new ReadTimeoutHandler(60))
                .addLast(handler);
        List<String> names = channel.pipeline().names();
        send(channel, get("/later"));
        assertThat(sent(channel)).startsWith("HTTP/1.1 200 OK").doesNotContainIgnoringCase("connection: close");
        Pipelines.after(channel, Duration.ofSeconds(61));
        sent(channel); // a heartbeat
        publisher.subscriber().onComplete();
        assertThat(sent(channel)).isEqualTo("0\r\n\r\n");
        assertThat(channel.pipeline().get("timeout"))
                .isInstanceOfSatisfying(
                        ReadTimeoutHandler.class, successor -> assertThat(successor.getReaderIdleTimeInMillis())
                                .isEqualTo(60_000));
        assertThat(channel.pipeline().names()).isEqualTo(names);
        assertThat(channel.runScheduledPendingTasks())
                .as("nanoseconds until the read timeout, which has begun anew")
                .isEqualTo(TimeUnit.SECONDS.toNanos(60));
        closed(channel);
    }

    @Test
    void anIdleStateHandlerLeavesAndOneWithItsTimesIsThereAtTheEndOfTheStream() throws Exception {
        EmbeddedChannel channel = channel(new IdleStateHandler(1, 2, 3), new HttpServerCodec(), handler);
        send(channel, get("/later"));
        assertThat(channel.pipeline().get(IdleStateHandler.class)).isNull();
        publisher.subscriber().onComplete();
        sent(channel);
        IdleStateHandler successor = channel.pipeline().get(IdleStateHandler.class);
        assertThat(successor.getReaderIdleTimeInMillis()).isEqualTo(1_000);
        assertThat(successor.getWriterIdleTimeInMillis()).isEqualTo(2_000);
        assertThat(successor.getAllIdleTimeInMillis()).isEqualTo(3_000);
        send(channel, get("/now"));
        channel.runPendingTasks();
        assertThat(sent(channel)).endsWith(chunk("data: a\n\n") + chunk("data: b\n\n") + "0\r\n\r\n");
        closed(channel);
    }

    @Test
    void theEndOfAStreamAddsNoReadTimeoutToAPipelineThatHasLostItsPlace() throws Exception {
        EmbeddedChannel channel = channel();
        channel.pipeline().addLast("timeout", new IdleStateHandler(1, 1, 1)).addLast(new HttpServerCodec(), handler);
        send(channel, get("/later"));
        channel.pipeline().remove("timeout");
        publisher.subscriber().onComplete();
        assertThat(sent(channel)).endsWith("0\r\n\r\n");
        assertThat(channel.pipeline().get(IdleStateHandler.class)).isNull();
        closed(channel);
    }

    @Test
    void aReadTimeoutWithAnExecutorOfItsOwnLeavesAndTheConnectionEndsWithTheStream() throws Exception {
        EmbeddedChannel channel = channel(new HttpServerCodec(), handler);
        channel.pipeline().addLast(ImmediateEventExecutor.INSTANCE, new IdleStateHandler(0, 0, 0));
        send(channel, get("/later"));
        assertThat(sent(channel)).containsIgnoringCase("connection: close\r\n");
        publisher.subscriber().onComplete();
        assertThat(sent(channel)).isEqualTo("0\r\n\r\n");
        assertThat(channel.isOpen()).isFalse();
        closed(channel);
    }

    @Test
    void aConnectionOnWhichTheLastPartCannotBeWrittenIsClosed() throws Exception {
        ChannelHandler failing = new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) throws Exception {
                if (msg instanceof LastHttpContent) {
                    promise.setFailure(new IOException("no last part"));
                } else {
                    super.write(ctx, msg, promise);
                }
            }
        };
        EmbeddedChannel channel = channel(new HttpServerCodec(), failing, handler);
        send(channel, get("/later"));
        publisher.subscriber().onComplete();
        assertThat(sent(channel)).startsWith("HTTP/1.1 200 OK").doesNotContain("0\r\n\r\n");
        assertThat(channel.isOpen()).as("the client would wait for the rest").isFalse();
        closed(channel);
    }

    @Test
    void aHeadRequestKeepsTheConnectionBehindAnyReadTimeout() throws Exception {
        EmbeddedChannel channel = channel(new IdleStateHandler(60, 0, 0) {}, new HttpServerCodec(), handler);
        send(channel, get("/now").replaceFirst("GET", "HEAD"));
        assertThat(sent(channel)).startsWith("HTTP/1.1 200 OK").doesNotContainIgnoringCase("connection: close");
        assertThat(channel.isOpen()).isTrue();
        closed(channel);
    }

    @Test
    void aReadTimeoutOfAnApplicationsClassLeavesAndTheConnectionEndsWithTheStream() throws Exception {
        EmbeddedChannel channel = channel(new IdleStateHandler(60, 0, 0) {}, new HttpServerCodec(), handler);
        send(channel, get("/later"));
        assertThat(sent(channel)).containsIgnoringCase("connection: close\r\n");
        assertThat(channel.pipeline().get(IdleStateHandler.class)).isNull();
        publisher.subscriber().onComplete();
        assertThat(sent(channel)).isEqualTo("0\r\n\r\n");
        assertThat(channel.isOpen()).isFalse();
        closed(channel);
    }

    @Test
    void aCompressorThatEndsTheConnectionAsItLeavesEndsTheSubscriptionToo() throws Exception {
        EmbeddedChannel channel = channel(
                new HttpServerCodec(),
                new HttpContentCompressor() {
                    @Override
                    public void handlerRemoved(ChannelHandlerContext ctx) {
                        ctx.channel().close();
                    }
                },
                handler);
        send(channel, get("/later"));
        publisher.untilCancelled();
        assertThat(sent(channel)).isEmpty();
        closed(channel);
    }

    @Test
    void aStreamWhoseHandlerIsTakenOutIsCancelledAndTheConnectionEnds() throws Exception {
        EmbeddedChannel channel = channel(new HttpServerCodec(), handler);
        send(channel, get("/later"));
        sent(channel);
        channel.pipeline().remove(PublisherStream.class);
        publisher.untilCancelled();
        assertThat(channel.isOpen()).isFalse();
        closed(channel);
    }

    @Test
    void aPublisherThatClosesItsStreamAndFailsSaysNothingOfIt() throws Exception {
        ServerFixture.Recorder recorder = new ServerFixture.Recorder();
        EmbeddedChannel channel = channel(
                new HttpServerCodec(),
                SseHandler.builder()
                        .listener(recorder)
                        .endpoint(
                                "/closing",
                                request -> SseReply.stream(subscriber -> {
                                    subscriber.onSubscribe(new Flow.Subscription() {
                                        @Override
                                        public void request(long events) {
                                            recorder.opened.remove().close();
                                            throw new IllegalStateException("broken");
                                        }

                                        @Override
                                        public void cancel() {}
                                    });
                                }))
                        .build());
        send(channel, get("/closing"));
        assertThat(sent(channel))
                .matches("(?s).*\r\n\r\nc\r\nretry: 1[0-9]{3}\n\r\n")
                .doesNotContain("event: error");
        assertThat(recorder.closed).containsExactly(CloseReason.APPLICATION);
        closed(channel);
    }
}

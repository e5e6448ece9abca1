package dev.freshet.netty;

import static dev.freshet.netty.ServerFixture.PATIENCE_SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What an {@link Http2Client} is told about its connection. It answers pings, unless it is told to hold the answers. */
final class Http2ClientFrames extends ChannelInboundHandlerAdapter {
    /** A server's word that it is leaving. */
    record GoAway(long errorCode, int lastStreamId) {}

    private final CompletableFuture<Http2Settings> settings = new CompletableFuture<>();
    private final BlockingQueue<GoAway> goAways = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> mayAnswer = new CompletableFuture<>();
    private volatile boolean holds;

    Http2Settings settings() throws Exception {
        return settings.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** The next GOAWAY. */
    GoAway goAway() throws InterruptedException {
        GoAway next = goAways.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(next).as("a GOAWAY").isNotNull();
        return Objects.requireNonNull(next);
    }

    void holdPings() {
        holds = true;
    }

    /** Answers those that were held. */
    void answerPings() {
        mayAnswer.complete(null);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (msg instanceof Http2SettingsFrame frame) {
            settings.complete(frame.settings());
        } else if (msg instanceof Http2GoAwayFrame frame) {
            goAways.add(new GoAway(frame.errorCode(), frame.lastStreamId()));
        } else if (msg instanceof Http2PingFrame ping && !ping.ack()) {
            if (!holds) {
                mayAnswer.complete(null);
            }
            mayAnswer.thenRun(() -> ctx.writeAndFlush(new DefaultHttp2PingFrame(ping.content(), true)));
        }
        ReferenceCountUtil.release(msg);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}

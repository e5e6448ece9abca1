package dev.freshet.netty;

import dev.freshet.hub.SseHub;
import dev.freshet.netty.Pipelines.Behind;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;

/** A channel with a clock, and a time that the test moves. */
abstract class ClockFixture extends ServerFixture {
    final SseHub topics = SseHub.create();
    final CompletableFuture<SseReply> later = new CompletableFuture<>();
    final Behind behind = Behind.answeringLater();
    final EmbeddedChannel channel = channel();
    /** Each flush takes a byte, and the message stays. */
    boolean slow;

    private EmbeddedChannel channel() {
        RequestTimeouts clock =
                new RequestTimeouts(SseHandler.builder().build().engine(), Limits.defaults(), () -> false);
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
                        clock.messages(),
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

    void after(long seconds) {
        Pipelines.after(channel, Duration.ofSeconds(seconds));
    }

    void answer() {
        behind.answer(channel.pipeline().context(behind));
    }
}

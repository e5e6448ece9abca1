package dev.freshet.netty;

import static dev.freshet.netty.Pipelines.get;
import static dev.freshet.netty.Pipelines.send;
import static dev.freshet.netty.Pipelines.sent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.netty.Pipelines.Behind;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import org.junit.jupiter.api.Test;

/** What is read where {@code AUTO_READ} is off, and what is left to the handlers behind. */
class IncomingPendingReadTest extends ServerFixture {
    /** Counts the reads that reach the socket. */
    private static final class Reads extends ChannelOutboundHandlerAdapter {
        int count;

        @Override
        public void read(ChannelHandlerContext ctx) {
            count++;
            ctx.read();
        }
    }

    @Test
    void onlyWhatTheHandlerTookIsReadAgain() {
        Reads reads = new Reads();
        Behind behind = Behind.answeringLater();
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.config().setAutoRead(false);
        channel.pipeline()
                .addLast(
                        reads,
                        new HttpServerCodec(),
                        SseHandlerAutoReadTest.endpoints(hub, new Recorder()).build(),
                        behind);
        send(channel, get("/other"));
        assertThat(reads.count).isZero();
        behind.answer(channel.pipeline().context(behind));
        assertThat(reads.count).isZero();
        send(channel, get("/refused"));
        assertThat(sent(channel)).contains("200 OK", "403 Forbidden");
        assertThat(reads.count).isEqualTo(1);
        send(channel, get("/refused") + get("/other"));
        assertThat(reads.count).isEqualTo(1);
        behind.answer(channel.pipeline().context(behind));
        channel.runPendingTasks();
        assertThat(reads.count).isEqualTo(1);
        assertThat(channel.config().isAutoRead()).isFalse();
        channel.finishAndReleaseAll();
    }
}

package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A client that does not take its answers is not read. Covers {@link IncomingReadPause}. */
class IncomingBackpressureTest {
    private int reads;
    private final EmbeddedChannel channel = new EmbeddedChannel(
            new ChannelOutboundHandlerAdapter() {
                @Override
                public void read(ChannelHandlerContext ctx) {
                    reads++;
                }
            },
            new IncomingBackpressure());

    @AfterEach
    void end() {
        channel.finishAndReleaseAll();
    }

    private void writable(boolean writable) {
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, writable);
        channel.runPendingTasks(); // which tells the handlers
    }

    @Test
    void aFullChannelIsReadAgainOnceItIsWritable() {
        reads = 0;
        writable(false);
        channel.read();
        channel.read();
        assertThat(channel.config().isAutoRead()).isFalse();
        assertThat(reads).isZero();
        writable(true);
        assertThat(channel.config().isAutoRead()).isTrue();
        assertThat(reads).isEqualTo(1);
    }

    @Test
    void aChannelThatItsAnswerHasFilledIsReadNoMoreBeforeItsHandlersAreTold() {
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object msg) {
                channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
            }
        });
        channel.pipeline().fireChannelRead("a request");
        assertThat(channel.config().isAutoRead()).isFalse();
        channel.runPendingTasks();
        assertThat(channel.config().isAutoRead()).isFalse();
        writable(true);
        assertThat(channel.config().isAutoRead()).isTrue();
    }

    @Test
    void aChannelThatDoesNotReadByItselfIsReadOnlyWhereThatWasAskedFor() {
        channel.config().setAutoRead(false);
        reads = 0;
        writable(false);
        writable(true);
        assertThat(reads).isZero();
        writable(false);
        channel.read();
        assertThat(reads).isZero();
        writable(true);
        assertThat(reads).isEqualTo(1);
        assertThat(channel.config().isAutoRead()).isFalse();
    }

    @Test
    void readingThatIsTurnedOnWhileTheChannelIsFullBeginsOnceItIsWritable() {
        channel.config().setAutoRead(false);
        reads = 0;
        writable(false);
        channel.config().setAutoRead(true);
        assertThat(reads).isZero();
        writable(true);
        assertThat(channel.config().isAutoRead()).isTrue();
        assertThat(reads).isEqualTo(1);
    }
}

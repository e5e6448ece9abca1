package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

class Http2DataWriterTest {
    private static final int FRAME = 16 << 10;

    private final Http2DataWriter frames = new Http2DataWriter();

    @Test
    void aFrameSharesTheBytesThatWereWritten() {
        EmbeddedChannel channel = new EmbeddedChannel(frames);
        ByteBuf bytes = Unpooled.directBuffer(8).writeLong(1);
        ByteBuf shared = bytes.retainedDuplicate();
        channel.writeOutbound(shared);
        Http2DataFrame frame = channel.readOutbound();
        bytes.setLong(0, 2);
        assertThat(frame.content().getLong(0)).isEqualTo(2);
        assertThat(frame.isEndStream()).isFalse();
        frame.release();
        assertThat(bytes.refCnt()).isEqualTo(1);
        bytes.release();
        assertThat(channel.finish()).isFalse();
    }

    @Test
    void aLargeBufferIsCutIntoFramesThatShareIt() {
        EmbeddedChannel channel = new EmbeddedChannel(frames);
        ByteBuf bytes = Unpooled.directBuffer(2 * FRAME + 1).writeZero(2 * FRAME + 1);
        channel.writeOutbound(bytes);
        for (int size : new int[] {FRAME, FRAME, 1}) {
            Http2DataFrame frame = channel.readOutbound();
            assertThat(frame.content().readableBytes()).isEqualTo(size);
            assertThat(frame.isEndStream()).isFalse();
            frame.release();
        }
        assertThat(bytes.refCnt()).isZero();
        assertThat(channel.finish()).isFalse();
    }

    @Test
    void anEmptyBufferEndsTheStream() {
        EmbeddedChannel channel = new EmbeddedChannel(frames);
        channel.writeOutbound(Unpooled.EMPTY_BUFFER);
        Http2DataFrame frame = channel.readOutbound();
        assertThat(frame.isEndStream()).isTrue();
        frame.release();
        assertThat(channel.finish()).isFalse();
    }

    @Test
    void aLargeFrameIsCutAndItsLastPartEndsTheStream() {
        EmbeddedChannel channel = new EmbeddedChannel(frames);
        ByteBuf bytes = Unpooled.directBuffer(FRAME + 1).writeZero(FRAME + 1);
        channel.writeOutbound(new DefaultHttp2DataFrame(bytes, true));
        Http2DataFrame first = channel.readOutbound();
        Http2DataFrame last = channel.readOutbound();
        assertThat(first.content().readableBytes()).isEqualTo(FRAME);
        assertThat(first.isEndStream()).isFalse();
        assertThat(last.content().readableBytes()).isEqualTo(1);
        assertThat(last.isEndStream()).isTrue();
        first.release();
        last.release();
        assertThat(bytes.refCnt()).isZero();
        assertThat(channel.finish()).isFalse();
    }

    @Test
    void whatHasNotLeftIsWaitingAndWhatHasIsProgress() {
        Deque<ChannelPromise> unwritten = new ArrayDeque<>();
        EmbeddedChannel channel = new EmbeddedChannel(
                new ChannelOutboundHandlerAdapter() {
                    @Override
                    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
                        ((Http2DataFrame) msg).release();
                        unwritten.add(promise);
                    }
                },
                frames);
        assertThat(frames.isWaiting()).isFalse();
        channel.write(Unpooled.buffer(1).writeZero(1));
        channel.write(Unpooled.buffer(1).writeZero(1));
        assertThat(frames.isWaiting()).isTrue();
        assertThat(frames.progress()).isZero();
        unwritten.remove().setSuccess();
        assertThat(frames.progress()).isEqualTo(1);
        assertThat(frames.isWaiting()).isTrue();
        unwritten.remove().setSuccess();
        assertThat(frames.isWaiting()).isFalse();
        assertThat(channel.finish()).isFalse();
    }
}

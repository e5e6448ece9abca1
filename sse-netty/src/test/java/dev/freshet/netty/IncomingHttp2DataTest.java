package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What waits in an HTTP/2 stream that is not read. */
class IncomingHttp2DataTest {
    private static final Http2FrameStream STREAM = new Http2FrameStream() {
        @Override
        public int id() {
            return 1;
        }

        @Override
        public Http2Stream.State state() {
            return Http2Stream.State.OPEN;
        }
    };

    private final IncomingConnectionBudget budget =
            new IncomingBudget(Limits.defaults(), 1).connection(new EmbeddedChannel());
    private final IncomingBytes request = budget.request(1, () -> {});
    private final EmbeddedChannel channel = new EmbeddedChannel(new IncomingHttp2Data(budget));

    @AfterEach
    void end() {
        channel.finishAndReleaseAll();
    }

    @Test
    void aFrameThatWaitsBehindAnotherDoesNotKeepTheBufferThatItCameIn() {
        ByteBuf read = Unpooled.buffer(16 << 10).writeZero(16 << 10);
        channel.writeInbound(new DefaultHttp2DataFrame(read.retainedSlice(0, 1)).stream(STREAM));
        channel.writeInbound(new DefaultHttp2DataFrame(read.retainedSlice(1, 1), true, 7).stream(STREAM));
        assertThat(read.refCnt()).as("the first's and this one").isEqualTo(2);
        Http2DataFrame first = channel.readInbound();
        first.release();
        Http2DataFrame second = channel.readInbound();
        assertThat(second.stream()).isSameAs(STREAM);
        assertThat(second.isEndStream()).isTrue();
        assertThat(second.initialFlowControlledBytes()).isEqualTo(8);
        second.release();
        read.release();
        assertThat(read.refCnt()).isZero();
    }

    @Test
    void trailersCountForMoreThanTheirText() {
        Http2Headers trailers = new DefaultHttp2Headers().add("a", "").add("b", "");
        channel.writeInbound(new DefaultHttp2HeadersFrame(trailers, true).stream(STREAM));
        assertThat(request.held()).isGreaterThan(2 * IncomingBudget.FIELD_BYTES);
    }

    @Test
    void aFrameOfARequestThatIsAnsweredPasses() {
        request.end();
        channel.writeInbound(new DefaultHttp2DataFrame(Unpooled.buffer(1).writeZero(1)).stream(STREAM));
        Http2DataFrame data = channel.readInbound();
        assertThat(data.content().readableBytes()).isEqualTo(1);
        data.release();
    }
}

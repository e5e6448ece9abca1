package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamFramingTest {
    private static ByteBuffer lines(int size) {
        return ByteBuffer.wrap("x".repeat(size).getBytes(StandardCharsets.US_ASCII))
                .asReadOnlyBuffer();
    }

    private static void assertNoRoom(ByteBuf shared) {
        for (ByteBuf mine : List.of(shared, shared.duplicate())) {
            assertThat(mine.isWritable()).isFalse();
            assertThat(mine.ensureWritable(1, false)).as("1: it cannot grow").isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 16_374, 16_384, 100_000})
    void whatChannelsShareHasNoRoomForMore(int size) {
        for (StreamFraming framing : StreamFraming.values()) {
            for (var alloc : List.of(
                    ByteBufAllocator.DEFAULT, PooledByteBufAllocator.DEFAULT, UnpooledByteBufAllocator.DEFAULT)) {
                ByteBuf chunk = StreamFraming.chunk(alloc, lines(size));
                ByteBuf shared = framing.share(chunk, size);
                chunk.release();
                assertNoRoom(shared);
                shared.release();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void heartbeatsAndEndsHaveNoRoomForMore(StreamFraming framing) {
        assertNoRoom(framing.heartbeat());
        assertThat(framing.end().isWritable()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16_384, 65_526, 1_000_000, 16_777_215})
    void aChunkIsOnePieceOfDirectMemoryAndAddsNoMoreThanItMay(int size) {
        ByteBuf chunk = StreamFraming.chunk(PooledByteBufAllocator.DEFAULT, lines(size));
        assertThat(chunk.isDirect()).isTrue();
        assertThat(chunk.nioBufferCount()).isEqualTo(1);
        assertThat(chunk.readableBytes() - size).isLessThanOrEqualTo(StreamFraming.CHUNK_BYTES);
        assertThat(chunk.toString(StandardCharsets.US_ASCII).equals(Pipelines.chunk("x".repeat(size))))
                .isTrue();
        chunk.release();
    }

    @Test
    void aChunkIsOfAnAllocatorThatRecyclesItsDuplicates() {
        ByteBuf chunk = StreamFraming.chunk(ByteBufAllocator.DEFAULT, lines(300));
        assertThat(chunk.alloc()).isInstanceOf(PooledByteBufAllocator.class);
        chunk.release();
    }

    @Test
    void aChunkIsOfTheAllocatorThatTheApplicationSets() {
        ByteBufAllocator own = new AdaptiveByteBufAllocator();
        ByteBuf chunk = StreamFraming.chunk(own, lines(300));
        assertThat(chunk.alloc()).isSameAs(own);
        chunk.release();
    }

    @Test
    void whatIsSharedWithoutChunksIsTheLinesOfTheChunk() {
        ByteBuf chunk = StreamFraming.chunk(PooledByteBufAllocator.DEFAULT, lines(300));
        ByteBuf inner = StreamFraming.PLAIN.share(chunk, 300);
        assertThat(inner.toString(StandardCharsets.US_ASCII)).isEqualTo("x".repeat(300));
        chunk.release();
        inner.release();
    }

    @Test
    void noLinesAreNoChunk() {
        ByteBuf out = PooledByteBufAllocator.DEFAULT.buffer();
        StreamFraming.CHUNKED.frame(List.of(), out);
        assertThat(out.isReadable()).as("else it would be the last").isFalse();
        out.release();
    }

    @ParameterizedTest
    @CsvSource({"HTTP/1.1, CHUNKED", "HTTP/1.2, CHUNKED", "HTTP/1.0, PLAIN", "HTTP/0.9, PLAIN"})
    void onlyWhoKnowsChunksGetsThem(String version, StreamFraming framing) {
        EmbeddedChannel channel = new EmbeddedChannel();
        var request = new DefaultHttpRequest(HttpVersion.valueOf(version), HttpMethod.GET, "/");
        assertThat(StreamFraming.of(channel, request)).isEqualTo(framing);
        assertThat(channel.finish()).isFalse();
    }
}

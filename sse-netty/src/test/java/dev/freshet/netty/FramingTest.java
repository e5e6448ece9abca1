package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
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

class FramingTest {
    private static ByteBuffer lines(int size) {
        return ByteBuffer.allocateDirect(size)
                .put("x".repeat(size).getBytes(StandardCharsets.US_ASCII))
                .flip()
                .asReadOnlyBuffer();
    }

    private static void assertNoRoom(ByteBuf shared) {
        for (ByteBuf mine : List.of(shared, shared.duplicate())) {
            assertThat(mine.isWritable()).isFalse();
            assertThat(mine.ensureWritable(1, false)).as("1: it cannot grow").isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, Framing.MOST_COPIED_BYTES, Framing.MOST_COPIED_BYTES + 1, 100_000})
    void whatChannelsShareHasNoRoomForMore(int size) {
        for (Framing framing : Framing.values()) {
            for (var alloc : List.of(PooledByteBufAllocator.DEFAULT, UnpooledByteBufAllocator.DEFAULT)) {
                ByteBuf shared = framing.frame(alloc, lines(size));
                assertNoRoom(shared);
                shared.release();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void heartbeatsAndEndsHaveNoRoomForMore(Framing framing) {
        assertNoRoom(framing.heartbeat());
        assertThat(framing.end().isWritable()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "16384, 1", "16385, 3", "1000000, 3"})
    void aChunkIsOnePieceOfMemoryWhereItIsSmallAndRefersToTheLinesWhereItIsLarge(int size, int pieces) {
        ByteBuf chunk = Framing.CHUNKED.frame(PooledByteBufAllocator.DEFAULT, lines(size));
        assertThat(chunk.isDirect()).isTrue();
        assertThat(chunk.nioBufferCount()).isEqualTo(pieces);
        assertThat(chunk.toString(StandardCharsets.US_ASCII).equals(Pipelines.chunk("x".repeat(size))))
                .isTrue();
        chunk.release();
    }

    @Test
    void noLinesAreNoChunk() {
        ByteBuf out = PooledByteBufAllocator.DEFAULT.buffer();
        Framing.CHUNKED.frame(List.of(), out);
        assertThat(out.isReadable()).as("else it would be the last").isFalse();
        out.release();
    }

    @ParameterizedTest
    @CsvSource({"HTTP/1.1, CHUNKED", "HTTP/1.2, CHUNKED", "HTTP/1.0, PLAIN", "HTTP/0.9, PLAIN"})
    void onlyWhoKnowsChunksGetsThem(String version, Framing framing) {
        EmbeddedChannel channel = new EmbeddedChannel();
        var request = new DefaultHttpRequest(HttpVersion.valueOf(version), HttpMethod.GET, "/");
        assertThat(Framing.of(channel, request)).isEqualTo(framing);
        assertThat(channel.finish()).isFalse();
    }
}

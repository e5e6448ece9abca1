package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StreamUnsentBytesTest {
    private static final int SIZE = 1000;
    private static final long COUNTED = SIZE + StreamUnsentBytes.COPY_BYTES;
    private static final int MANY = 1000;

    private final StreamUnsentBytes unsent = new StreamUnsentBytes(new EmbeddedChannel().eventLoop(), 2 * COUNTED);

    private ByteBuf copy() {
        ByteBuf copy = PooledByteBufAllocator.DEFAULT.directBuffer(SIZE, SIZE);
        unsent.made(copy);
        return copy;
    }

    @Test
    void aCopyThatNobodyWritesIsFreeWhenItsPassEnds() {
        ByteBuf copy = copy();
        assertThat(unsent.held()).isEqualTo(COUNTED);
        unsent.keep(List.of(copy));
        assertThat(copy.refCnt()).isZero();
        assertThat(unsent.held()).isZero();
    }

    @Test
    void aCopyThatManyWriteCountsOnceAndUntilTheLastHasWrittenIt() {
        ByteBuf copy = copy();
        List<ByteBuf> writes = Stream.generate(copy::retainedDuplicate).limit(3).toList();
        unsent.keep(List.of(copy));
        assertThat(unsent.held()).isEqualTo(COUNTED);
        for (ByteBuf write : writes) {
            unsent.check(1);
            assertThat(unsent.held()).isEqualTo(COUNTED);
            write.release();
        }
        unsent.check(1);
        assertThat(unsent.held()).isZero();
        assertThat(copy.refCnt()).isZero();
    }

    @Test
    void moreThanMayWaitIsOver() {
        List<ByteBuf> copies = Stream.generate(this::copy).limit(2).toList();
        assertThat(unsent.isOver()).isFalse();
        unsent.changed(1);
        assertThat(unsent.isOver()).isTrue();
        assertThat(unsent.excess()).isEqualTo(1);
        unsent.keep(copies);
    }

    @Test
    void thePassesLookThroughAllCopiesInTurn() {
        List<ByteBuf> copies = Stream.generate(this::copy).limit(MANY).toList();
        List<ByteBuf> writes = copies.stream().map(ByteBuf::retainedDuplicate).toList();
        unsent.keep(copies);
        writes.forEach(ByteBuf::release);
        unsent.changed(-MANY * COUNTED); // as if that many might wait
        for (int pass = 0; pass < MANY; pass++) {
            unsent.keep(List.of());
        }
        assertThat(unsent.held()).isEqualTo(-MANY * COUNTED);
        assertThat(copies).allSatisfy(copy -> assertThat(copy.refCnt()).isZero());
    }

    @Test
    void nothingIsHeldWhereThereIsNoStreamAnyMore() {
        ByteBuf copy = copy();
        ByteBuf write = copy.retainedDuplicate();
        unsent.keep(List.of(copy));
        unsent.close();
        assertThat(unsent.held()).isZero();
        write.release();
        assertThat(copy.refCnt()).isZero();
    }
}

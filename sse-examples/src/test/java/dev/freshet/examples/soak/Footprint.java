package dev.freshet.examples.soak;

import dev.freshet.harness.Conditions;
import dev.freshet.harness.MemoryInUse;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.time.Duration;

/**
 * What this process takes. Immutable and thread-safe.
 *
 * @param heap bytes of live heap
 * @param direct bytes of direct memory, of Netty's allocator, with what it keeps for later buffers, and of the JDK
 * @param handles what it holds beside
 */
record Footprint(long heap, long direct, SoakHandles handles) {
    /** As long as a slow machine takes for what takes moments. */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    /** How long nothing opens, closes, starts or ends, for it to be taken for over. */
    private static final Duration STEADY = Duration.ofSeconds(2);

    /** Waits until nothing opens, closes, starts or ends any more, and measures. */
    static Footprint steady() throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        boolean changed = true;
        while (changed && System.nanoTime() - deadline < 0) {
            SoakHandles seen = SoakHandles.now();
            changed = Conditions.holdsWithin(STEADY, () -> !SoakHandles.now().isSame(seen));
        }
        return now();
    }

    /** Waits until no more is held than before, at most for some time, and measures. */
    static Footprint after(Footprint before) throws InterruptedException {
        Conditions.holdsWithin(PATIENCE, () -> SoakHandles.now().isAtMost(before.handles));
        return now();
    }

    /** Measures after garbage collections. Blocks for about half a second. */
    private static Footprint now() throws InterruptedException {
        MemoryInUse memory = MemoryInUse.now();
        long netty = ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
        return new Footprint(memory.heap(), memory.direct() + netty, SoakHandles.now());
    }
}

package dev.freshet.examples.soak;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.freshet.fixtures.MemoryInUse;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * What this process takes. Immutable and thread-safe.
 *
 * @param heap bytes of live heap
 * @param direct bytes of direct memory, of Netty's allocator and of the JDK
 * @param descriptors open descriptors
 * @param threads live threads; those for the code of generations, at most 64, end only after a minute without work, and are not counted
 */
record Footprint(long heap, long direct, long descriptors, int threads) {

    /** Measures after garbage collections. Blocks for about half a second. */
    static Footprint now() throws InterruptedException {
        MemoryInUse memory = MemoryInUse.now();
        return new Footprint(memory.heap(), memory.direct() + nettyDirect(), openDescriptors(), liveThreads());
    }

    /** Returns the direct memory that Netty's default allocator holds, with what it keeps for later buffers. */
    private static long nettyDirect() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
    }

    static long openDescriptors() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }

    static int liveThreads() {
        return threadNames().size();
    }

    /** Returns the names of live threads, without those that end by themselves after a minute without work. */
    static List<String> threadNames() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> !name.startsWith("freshet-generation-"))
                .sorted()
                .toList();
    }
}

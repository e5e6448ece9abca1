package dev.freshet.harness;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/**
 * The memory in use after garbage collections. Immutable and thread-safe.
 *
 * @param heap bytes of live heap
 * @param direct bytes of direct buffers of the JDK
 */
public record MemoryInUse(long heap, long direct) {
    private static final int COLLECTIONS = 4;
    private static final long MILLIS_TO_FREE_DIRECT_MEMORY = 100;

    /** Measures the memory in use now. Blocks for about half a second. */
    public static MemoryInUse now() throws InterruptedException {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            Thread.sleep(MILLIS_TO_FREE_DIRECT_MEMORY); // another thread frees it
        }
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return new MemoryInUse(
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(), direct);
    }

    /** Returns a line of text: the growth since then for each of so many things. */
    public String sincePerEach(String thing, int count) throws InterruptedException {
        MemoryInUse now = now();
        return String.format(
                "%-46s %6d bytes of heap %6d direct", thing, (now.heap - heap) / count, (now.direct - direct) / count);
    }
}

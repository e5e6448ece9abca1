package dev.freshet.examples.soak;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * What this process holds, in numbers that return exactly. Immutable and thread-safe.
 *
 * @param buffers Netty's buffers that are not released
 * @param descriptors open descriptors
 * @param threads names of live threads, but those for the code of generations, in order
 * @param generationThreads live threads for the code of generations, which end by themselves after a minute without work
 */
record SoakHandles(long buffers, long descriptors, List<String> threads, int generationThreads) {
    private static final String GENERATION = "freshet-generation-";

    static SoakHandles now() {
        List<String> all = Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .sorted()
                .toList();
        List<String> threads =
                all.stream().filter(name -> !name.startsWith(GENERATION)).toList();
        return new SoakHandles(BuffersInUse.now(), openDescriptors(), threads, all.size() - threads.size());
    }

    private static long openDescriptors() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }

    /** Returns whether nothing of it is more than of the others, threads for the code of generations left out. */
    boolean isAtMost(SoakHandles others) {
        return buffers <= others.buffers
                && descriptors <= others.descriptors
                && threads.size() <= others.threads.size();
    }

    /** Returns whether they are the same, threads for the code of generations left out. */
    boolean isSame(SoakHandles others) {
        return buffers == others.buffers && descriptors == others.descriptors && threads.equals(others.threads);
    }
}

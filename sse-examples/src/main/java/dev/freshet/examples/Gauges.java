package dev.freshet.examples;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.time.Instant;
import java.util.function.ToLongFunction;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** The gauges of the JVM that it runs in. For one thread: the CPU load is what was used since the last reading. */
final class Gauges {

    private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private long readings;

    Reading read(Instant now, long published, long deliveredBytes, double heapAlertAt, double cpuAlertAt) {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        long most = heap.getMax() > 0 ? heap.getMax() : heap.getCommitted();
        double load = system.getProcessCpuLoad();
        return new Reading(
                now,
                ++readings,
                heap.getUsed(),
                most,
                load >= 0 ? load : 0, // negative or not a number: not known yet
                Runtime.getRuntime().availableProcessors(),
                ManagementFactory.getThreadMXBean().getThreadCount(),
                collections(GarbageCollectorMXBean::getCollectionCount),
                collections(GarbageCollectorMXBean::getCollectionTime),
                ManagementFactory.getRuntimeMXBean().getUptime() / 1_000,
                published,
                deliveredBytes,
                heapAlertAt,
                cpuAlertAt);
    }

    private static long collections(ToLongFunction<GarbageCollectorMXBean> measure) {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(measure)
                .filter(value -> value > 0)
                .sum();
    }

    /**
     * What was read at one moment.
     *
     * @param number counts the readings, so that a page can tell that none is missing
     * @param cpuLoad this process's share of all processors, 0 to 1
     * @param heapAlertAt the threshold as a share of the heap
     * @param cpuAlertAt the threshold as a share of all processors
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record Reading(
            Instant timestamp,
            long number,
            long heapUsed,
            long heapMax,
            double cpuLoad,
            int processors,
            int threads,
            long gcCount,
            long gcMillis,
            long uptimeSeconds,
            long published,
            long deliveredBytes,
            double heapAlertAt,
            double cpuAlertAt) {

        double heapShare() {
            return (double) heapUsed / heapMax;
        }
    }
}

package dev.freshet.examples;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.time.Instant;
import java.util.function.ToLongFunction;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** The gauges of this JVM. Not thread-safe: the CPU load is that since the last reading. */
final class Gauges {

    static final double HEAP_ALERT_AT = 0.8;
    static final double CPU_ALERT_AT = 0.4;

    /**
     * The least share of the processors to relate the load to. If other processes left less, a moment of work would be
     * full load.
     */
    private static final double LEAST_LEFT = 0.25;

    private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private long readings;

    Reading read(Instant now, long published, long deliveredBytes) {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        long most = heap.getMax() > 0 ? heap.getMax() : heap.getCommitted();
        return new Reading(
                now,
                ++readings,
                heap.getUsed(),
                most,
                loadOfWhatIsLeft(system.getProcessCpuLoad(), system.getCpuLoad()),
                Runtime.getRuntime().availableProcessors(),
                ManagementFactory.getThreadMXBean().getThreadCount(),
                collections(GarbageCollectorMXBean::getCollectionCount),
                collections(GarbageCollectorMXBean::getCollectionTime),
                ManagementFactory.getRuntimeMXBean().getUptime() / 1_000,
                published,
                deliveredBytes,
                HEAP_ALERT_AT,
                CPU_ALERT_AT);
    }

    /**
     * Returns the load of a process: its share of what the other processes leave, 0 to 1.
     *
     * @param own the CPU load of the process, as a share of all processors; negative or not a number if unknown
     * @param all the same of all processes
     */
    static double loadOfWhatIsLeft(double own, double all) {
        if (!(own > 0)) {
            return 0;
        }
        double others = all > own ? Math.min(all, 1) - own : 0;
        return Math.min(1, own / Math.max(LEAST_LEFT, 1 - others));
    }

    private static long collections(ToLongFunction<GarbageCollectorMXBean> measure) {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(measure)
                .filter(value -> value > 0)
                .sum();
    }

    /**
     * A reading.
     *
     * @param number counts the readings, so that a page can detect a missing one
     * @param cpuLoad the share that this process uses of what other processes leave of the processors, 0 to 1
     * @param heapAlertAt the threshold as a share of the heap
     * @param cpuAlertAt the threshold of the CPU load
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

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

    /** Where others leave less, what is left tells little: a moment of work would be all of it. */
    private static final double LEAST_LEFT = 0.25;

    private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private long readings;

    Reading read(Instant now, long published, long deliveredBytes, double heapAlertAt, double cpuAlertAt) {
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
                heapAlertAt,
                cpuAlertAt);
    }

    /**
     * How much a process uses of what others leave to it: all, where it takes what it gets, however little that is.
     *
     * @param own the process's share of all processors; negative or not a number where it is not known yet
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
     * What was read at one moment.
     *
     * @param number counts the readings, so that a page can tell that none is missing
     * @param cpuLoad how much this process uses of the processors as far as others leave them to it, 0 to 1
     * @param heapAlertAt the threshold as a share of the heap
     * @param cpuAlertAt the threshold of that load
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

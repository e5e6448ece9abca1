package dev.freshet.examples;

import com.sun.management.OperatingSystemMXBean;
import dev.freshet.event.SseEvent;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * The metrics feed: the readings of this JVM, the alerts that they cause, and both of the last minute for streams that
 * open later. Thread-safe.
 */
final class Vitals {

    private static final double HEAP_ALERT_AT = 0.8;
    private static final double CPU_ALERT_AT = 0.4;
    private static final int REMEMBERED = 60;

    /**
     * The least share of the processors to relate the load to. If other processes left less, a moment of work would be
     * full load.
     */
    private static final double LEAST_LEFT = 0.25;

    private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final Alarm heap = new Alarm("heap", "The heap", HEAP_ALERT_AT); // guarded by this, like the fields below
    private final Alarm cpu = new Alarm("cpu", "The CPU", CPU_ALERT_AT);
    private final Deque<SseEvent> minute = new ArrayDeque<>();
    private long readings;

    /**
     * Takes a reading, with the CPU load since the last one. Returns a {@code metrics} event, and an {@code alert} for
     * each threshold that was crossed.
     */
    synchronized List<SseEvent> measure(Instant now, long published, long deliveredBytes) {
        MemoryUsage memory = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        Reading reading = new Reading(
                now,
                ++readings,
                memory.getUsed(),
                memory.getMax() > 0 ? memory.getMax() : memory.getCommitted(),
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
        List<SseEvent> events = new ArrayList<>();
        events.add(SseEvent.json("metrics", reading));
        minute.addLast(events.get(0));
        if (minute.size() > REMEMBERED) {
            minute.removeFirst();
        }
        add(events, heap.check((double) reading.heapUsed / reading.heapMax, now));
        add(events, cpu.check(reading.cpuLoad(), now));
        return events;
    }

    synchronized boolean alerting() {
        return heap.raised() != null || cpu.raised() != null;
    }

    /** Returns the events of the last minute, then the alerts that are not cleared. */
    synchronized List<SseEvent> snapshot() {
        List<SseEvent> events = new ArrayList<>(minute);
        add(events, heap.raised());
        add(events, cpu.raised());
        return events;
    }

    private static void add(List<SseEvent> events, Alarm.@Nullable Alert alert) {
        if (alert != null) {
            events.add(SseEvent.json("alert", alert));
        }
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
            double cpuAlertAt) {}
}

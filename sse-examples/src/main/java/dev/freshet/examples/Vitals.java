package dev.freshet.examples;

import dev.freshet.event.SseEvent;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The metrics feed: what was measured, the alerts that it brought about, and the last minute of both for a page that opens now.
 * Thread-safe.
 */
final class Vitals {

    private static final int REMEMBERED = 60;
    private static final double HEAP_ALERT_AT = 0.8;
    private static final double CPU_ALERT_AT = 0.4;

    private final Gauges gauges = new Gauges(); // guarded by this, as all below
    private final Alarm heap = new Alarm("heap", "The heap", HEAP_ALERT_AT);
    private final Alarm cpu = new Alarm("cpu", "The CPU", CPU_ALERT_AT);
    private final Deque<SseEvent> minute = new ArrayDeque<>();

    /** Measures once: one {@code metrics} event, and an {@code alert} for each threshold that was crossed. */
    synchronized List<SseEvent> measure(Instant now, long published, long deliveredBytes) {
        Gauges.Reading reading = gauges.read(now, published, deliveredBytes, HEAP_ALERT_AT, CPU_ALERT_AT);
        List<SseEvent> events = new ArrayList<>();
        events.add(SseEvent.json("metrics", reading));
        minute.addLast(events.get(0));
        if (minute.size() > REMEMBERED) {
            minute.removeFirst();
        }
        add(events, heap.check(reading.heapShare(), now));
        add(events, cpu.check(reading.cpuLoad(), now));
        return events;
    }

    synchronized boolean alerting() {
        return heap.raised() != null || cpu.raised() != null;
    }

    /** The last minute, then the alerts that stand. */
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
}

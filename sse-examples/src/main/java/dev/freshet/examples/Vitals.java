package dev.freshet.examples;

import dev.freshet.event.SseEvent;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The metrics feed: the readings, the alerts that they cause, and both of the last minute for streams that open later.
 * Thread-safe.
 */
final class Vitals {

    private static final int REMEMBERED = 60;

    private final Gauges gauges = new Gauges(); // guarded by this, like the fields below
    private final Alarm heap = new Alarm("heap", "The heap", Gauges.HEAP_ALERT_AT);
    private final Alarm cpu = new Alarm("cpu", "The CPU", Gauges.CPU_ALERT_AT);
    private final Deque<SseEvent> minute = new ArrayDeque<>();

    /** Takes a reading. Returns a {@code metrics} event, and an {@code alert} for each threshold that was crossed. */
    synchronized List<SseEvent> measure(Instant now, long published, long deliveredBytes) {
        Gauges.Reading reading = gauges.read(now, published, deliveredBytes);
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
}

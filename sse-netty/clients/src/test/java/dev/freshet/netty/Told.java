package dev.freshet.netty;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** What a client handed on of one stream, in order. Thread-safe. */
final class Told {
    /** The type of the events that are published. */
    static final String TICK = "tick";

    static final String OPEN = "stream-open";
    static final String RESET = "stream-reset";

    private static final long PATIENCE_SECONDS = 30;

    /** An event; the id is empty where the client does not tell it. */
    record Event(String type, String id, String data) {}

    private final List<Event> events = new ArrayList<>();
    private final Set<String> types = new HashSet<>();
    private final Set<String> ticks = new HashSet<>();
    private final List<String> errors = new ArrayList<>();
    private boolean ended;

    synchronized void event(String type, String id, String data) {
        events.add(new Event(type, id, data));
        types.add(type);
        if (type.equals(TICK)) {
            ticks.add(data);
        }
        notifyAll();
    }

    /** As a decoder hands it on. */
    void decoded(String type, String data, String id) {
        event(type, id, data);
    }

    synchronized void error(String text) {
        errors.add(text);
        notifyAll();
    }

    synchronized void end() {
        ended = true;
        notifyAll();
    }

    synchronized List<Event> events() {
        return List.copyOf(events);
    }

    synchronized List<String> errors() {
        return List.copyOf(errors);
    }

    synchronized boolean hasEnded() {
        return ended;
    }

    synchronized void awaitTick(String data) throws InterruptedException, TimeoutException {
        await("event " + data, () -> ticks.contains(data));
    }

    /** Waits until the client knows where its stream stands. */
    synchronized void awaitOpening() throws InterruptedException, TimeoutException {
        await("opening", () -> types.contains(OPEN) || types.contains(RESET));
    }

    /** Waits for the end of a finite stream, one way or the other. */
    synchronized void awaitEnd() throws InterruptedException, TimeoutException {
        await("end", () -> ended || !errors.isEmpty());
    }

    private void await(String what, BooleanSupplier condition) throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new TimeoutException("no " + what + "; errors: " + errors);
            }
            wait(50);
        }
    }
}

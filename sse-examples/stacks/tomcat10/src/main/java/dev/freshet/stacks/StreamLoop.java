package dev.freshet.stacks;

import dev.freshet.hub.SseHub;
import dev.freshet.log.EndPosition;
import dev.freshet.log.TopicLog;
import dev.freshet.log.Waker;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The thread that writes all streams. Confined to that thread, unless stated otherwise. */
final class StreamLoop {
    /** The time for the container to close the connections that are cut; a container that stops closes none. */
    private static final int CUT_OFF_MILLIS = 2000;

    private final ScheduledThreadPoolExecutor thread =
            new ScheduledThreadPoolExecutor(1, task -> new Thread(task, "sse-streams"));
    private final Duration writeTimeout;
    private final Set<ServletStream> streams = ConcurrentHashMap.newKeySet();
    private final Map<TopicLog, Followers> topics = new HashMap<>();
    /** The responses that the container has not completed yet. */
    private final Set<ServletStream> responses = ConcurrentHashMap.newKeySet();

    /** The requests that are neither streams nor answered yet. */
    private final Set<WaitingRequest> waiting = ConcurrentHashMap.newKeySet();

    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final CompletableFuture<Void> cutOff = new CompletableFuture<>();
    /** The end of all streams, or null before the end. */
    private EndPosition end;

    /** Whether all streams have ended or were cut. */
    private boolean isOver;

    private volatile boolean isEnding;

    StreamLoop(Duration heartbeat, Duration writeTimeout) {
        this.writeTimeout = writeTimeout;
        long pause = Math.min(heartbeat.toNanos(), writeTimeout.toNanos()) / 4;
        Runnable check = () -> streams.forEach(stream -> stream.check(System.nanoTime(), heartbeat, writeTimeout));
        thread.scheduleWithFixedDelay(check, pause, pause, TimeUnit.NANOSECONDS);
    }

    /** Runs a task on the thread. Returns false if the loop has ended. Thread-safe. */
    boolean execute(Runnable task) {
        try {
            thread.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /** Returns whether no further stream may begin. Thread-safe. */
    boolean isEnding() {
        return isEnding;
    }

    /** Returns the number of streams. Thread-safe. */
    int size() {
        return streams.size();
    }

    /** Adds a request that waits. Its wait is over when the streams end. Thread-safe. */
    void await(WaitingRequest request) {
        waiting.add(request);
        if (isEnding) { // read after the request was added: one of the two threads reads what the other has written
            request.position.complete(null);
        }
    }

    /** Removes a request that is a stream, or whose response the container has completed. Thread-safe. */
    void answered(WaitingRequest request) {
        if (waiting.remove(request)) {
            execute(this::checkWhetherOver);
        }
    }

    /** Returns the number of requests that wait. Thread-safe. */
    int waiting() {
        return waiting.size();
    }

    /** Begins a stream. Returns false if the loop has ended. Thread-safe. */
    boolean begin(ServletStream stream) {
        streams.add(stream);
        responses.add(stream);
        boolean isBegun = execute(() -> follow(stream));
        if (!isBegun) {
            streams.remove(stream);
            responses.remove(stream);
        }
        return isBegun;
    }

    private void follow(ServletStream stream) {
        if (isOver) {
            stream.cut();
            remove(stream);
            return;
        }
        stream.cursor.logs().forEach(log -> topics.computeIfAbsent(log, Followers::new)
                .streams
                .add(stream));
        if (end != null) {
            stream.cursor.endAt(end);
        }
        stream.drain(); // no wake-up follows for earlier events
    }

    void remove(ServletStream stream) {
        if (streams.remove(stream)) {
            stream.cursor.logs().forEach(log -> topics.computeIfPresent(log, (same, all) -> all.without(stream)));
            stream.cursor.close();
        }
        checkWhetherOver();
    }

    /**
     * Ends all streams at one position, and the waits. Returns when the streams have ended and the requests that have
     * waited have been answered, or cuts the remaining streams. Called on any other thread. Idempotent.
     */
    void end(SseHub hub) {
        isEnding = true;
        waiting.forEach(request -> request.position.complete(null));
        execute(() -> beginEnd(hub));
        ended.completeOnTimeout(null, writeTimeout.toNanos(), TimeUnit.NANOSECONDS)
                .join();
        execute(this::cutOff);
        cutOff.completeOnTimeout(null, CUT_OFF_MILLIS, TimeUnit.MILLISECONDS).join();
        thread.shutdown();
    }

    private void cutOff() {
        isOver = true;
        streams.forEach(ServletStream::cut);
        streams.forEach(this::remove);
        checkWhetherOver();
    }

    /** Removes a stream whose response the container has completed. */
    void completed(ServletStream stream) {
        remove(stream);
        responses.remove(stream);
        checkWhetherOver();
    }

    private void checkWhetherOver() {
        if (!waiting.isEmpty()) {
            return;
        }
        if (end != null && streams.isEmpty()) {
            ended.complete(null);
        }
        if (isOver && responses.isEmpty()) {
            cutOff.complete(null);
        }
    }

    private void beginEnd(SseHub hub) {
        if (end == null) {
            end = new EndPosition();
            streams.forEach(stream -> stream.cursor.endAt(end));
            hub.fix(end).thenRun(() -> execute(() -> streams.forEach(ServletStream::drain)));
            checkWhetherOver();
        }
    }

    /**
     * The streams that follow one topic. One task drains all of them, for all events that are published before it runs.
     */
    private final class Followers implements Waker {
        final Set<ServletStream> streams = ConcurrentHashMap.newKeySet();
        private final TopicLog log;
        private final AtomicBoolean isAwake = new AtomicBoolean();

        Followers(TopicLog log) {
            this.log = log;
            log.addWaker(this);
        }

        /** Schedules the task. Thread-safe. */
        @Override
        public void wake() {
            if (!isAwake.getAndSet(true)) {
                execute(() -> {
                    isAwake.getAndSet(false); // before the log is read, so that later events schedule another task
                    streams.forEach(ServletStream::drain);
                });
            }
        }

        /** Removes a stream. Returns null if it was the last one. */
        Followers without(ServletStream stream) {
            if (streams.remove(stream) && streams.isEmpty()) {
                log.removeWaker(this);
                return null;
            }
            return this;
        }
    }
}

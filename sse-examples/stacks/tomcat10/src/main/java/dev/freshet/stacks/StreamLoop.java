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

/** The thread that writes all streams. Confined to it, but for what says otherwise. */
final class StreamLoop {
    /** How long the container may take to close the connections that are cut off; once it stops itself it does not. */
    private static final int CUT_OFF_MILLIS = 2000;

    private final ScheduledThreadPoolExecutor thread =
            new ScheduledThreadPoolExecutor(1, task -> new Thread(task, "sse-streams"));
    private final Duration writeTimeout;
    private final Set<ServletStream> streams = ConcurrentHashMap.newKeySet();
    private final Map<TopicLog, Followers> topics = new HashMap<>();
    /** What the container has not completed yet. */
    private final Set<ServletStream> responses = ConcurrentHashMap.newKeySet();

    /** Requests that are neither streams yet nor answered. */
    private final Set<WaitingRequest> waiting = ConcurrentHashMap.newKeySet();

    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final CompletableFuture<Void> cutOff = new CompletableFuture<>();
    /** Where all streams end, or null before they are to. */
    private EndPosition end;

    /** All streams have ended, or were cut off. */
    private boolean isOver;

    private volatile boolean isEnding;

    StreamLoop(Duration heartbeat, Duration writeTimeout) {
        this.writeTimeout = writeTimeout;
        long pause = Math.min(heartbeat.toNanos(), writeTimeout.toNanos()) / 4;
        Runnable look = () -> streams.forEach(stream -> stream.look(System.nanoTime(), heartbeat, writeTimeout));
        thread.scheduleWithFixedDelay(look, pause, pause, TimeUnit.NANOSECONDS);
    }

    /** Any thread. Returns false where the loop has ended. */
    boolean execute(Runnable task) {
        try {
            thread.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /** Any thread: whether no stream is to begin. */
    boolean isEnding() {
        return isEnding;
    }

    /** Any thread. */
    int size() {
        return streams.size();
    }

    /** Any thread: has the request wait no longer where the streams end before. */
    void await(WaitingRequest request) {
        waiting.add(request);
        if (isEnding) { // behind that it waits: one of the two sees the other
            request.place.complete(null);
        }
    }

    /** Any thread: the request is a stream, or the container has completed its response. */
    void answered(WaitingRequest request) {
        if (waiting.remove(request)) {
            execute(this::lookWhetherOver);
        }
    }

    /** Any thread. */
    int waiting() {
        return waiting.size();
    }

    /** Any thread. Returns false where the loop has ended. */
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
        stream.drain(); // what was published before is not announced
    }

    void remove(ServletStream stream) {
        if (streams.remove(stream)) {
            stream.cursor.logs().forEach(log -> topics.computeIfPresent(log, (same, all) -> all.without(stream)));
            stream.cursor.close();
        }
        lookWhetherOver();
    }

    /**
     * Any other thread: ends all streams at one place, and the waits. It returns when the streams have ended and the requests that have
     * waited have been answered, or cuts off who is left. Idempotent.
     */
    void end(SseHub hub) {
        isEnding = true;
        waiting.forEach(request -> request.place.complete(null));
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
        lookWhetherOver();
    }

    /** The container has completed its response. */
    void completed(ServletStream stream) {
        remove(stream);
        responses.remove(stream);
        lookWhetherOver();
    }

    private void lookWhetherOver() {
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
            lookWhetherOver();
        }
    }

    /** The streams that follow one topic: one task for all of them, however much is published before it runs. */
    private final class Followers implements Waker {
        final Set<ServletStream> streams = ConcurrentHashMap.newKeySet();
        private final TopicLog log;
        private final AtomicBoolean isAwake = new AtomicBoolean();

        Followers(TopicLog log) {
            this.log = log;
            log.addWaker(this);
        }

        /** Any thread. */
        @Override
        public void wake() {
            if (!isAwake.getAndSet(true)) {
                execute(() -> {
                    isAwake.getAndSet(false); // before the log is read, so that what comes after wakes anew
                    streams.forEach(ServletStream::drain);
                });
            }
        }

        /** Null where it was the last. */
        Followers without(ServletStream stream) {
            if (streams.remove(stream) && streams.isEmpty()) {
                log.removeWaker(this);
                return null;
            }
            return this;
        }
    }
}

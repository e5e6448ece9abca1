package dev.freshet.netty;

import dev.freshet.event.SseEvent;
import dev.freshet.logging.LogText;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The emitter of one run of a source, and the subscription of the stream that the run publishes to. A thread that sends
 * blocks until the stream requests an event. One thread at a time sends; the others wait, even while it blocks. The
 * stream never blocks. Thread-safe.
 */
final class PublisherEmitter implements SseEmitter, Flow.Subscription {
    /** A subscriber that tells before a signal whether it may be given. */
    interface Checking {
        /** Any thread: throws an IllegalArgumentException if the event cannot be sent. */
        void check(SseEvent event);
    }

    private final Flow.Subscriber<? super SseEvent> subscriber;

    /**
     * The lock for signals; acquired before {@link #lock}. The subscriber is called by its holder alone, and so in
     * order.
     */
    private final ReentrantLock signals = new ReentrantLock();

    /** Guards {@link #requested} and {@link #onClose}; no other code is called under it. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    private final InterruptibleThreads running = new InterruptibleThreads();
    private final List<Runnable> onClose = new ArrayList<>(0);
    private long requested;

    /** The thread of the event loop that requests. A send that blocked this thread would never return. */
    private volatile Thread requesting = Thread.currentThread();

    private volatile boolean closed;
    private volatile boolean returned;

    /** Creates an emitter, on the thread that will request. */
    PublisherEmitter(Flow.Subscriber<? super SseEvent> subscriber) {
        this.subscriber = subscriber;
    }

    /** Runs the source, and ends the stream when it returns or throws. Does nothing if the stream has ended already. */
    void run(SseSource source) {
        if (!running.enter()) {
            return;
        }
        Throwable failure = null;
        try {
            source.emit(this);
        } catch (Throwable e) {
            failure = e;
        }
        if (!running.leave() && failure instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        sourceReturned();
        end(failure);
    }

    /** Rejects further sends, and those that are blocked. */
    private void sourceReturned() {
        lock.lock();
        try {
            returned = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void end(@Nullable Throwable failure) {
        signals.lock(); // after an event that another thread is sending
        try {
            if (closed) {
                Log.debug("source ended after its stream: {}", LogText.textOf(failure));
                return;
            }
            closed = true;
            if (failure == null) {
                subscriber.onComplete();
            } else {
                subscriber.onError(failure);
            }
        } finally {
            signals.unlock();
        }
    }

    @Override
    public void send(SseEvent event) throws SseClosedException, InterruptedException {
        if (Objects.requireNonNull(event, "event").id() != null && subscriber instanceof Checking own) {
            own.check(event); // before onNext, as a rejected id would end the stream
        }
        requireOpen();
        if (Thread.currentThread() == requesting) {
            throw new IllegalStateException("send: on the stream's event loop, which it would wait for"
                    + " (expected: a thread that may block)");
        }
        try {
            signals.lockInterruptibly();
            try {
                awaitDemand();
                signal(event);
            } finally {
                signals.unlock();
            }
        } catch (InterruptedException e) {
            requireOpen(); // an interrupt by the end of the stream is reported as the end
            throw e;
        }
    }

    private void awaitDemand() throws SseClosedException, InterruptedException {
        lock.lockInterruptibly();
        try {
            while (requested == 0 && !closed && !returned) {
                changed.await();
            }
            requireOpen();
            requested--;
        } finally {
            lock.unlock();
        }
    }

    private void signal(SseEvent event) throws SseClosedException {
        try {
            subscriber.onNext(event);
        } catch (Throwable e) {
            closed = true;
            subscriber.onError(e);
            throw gone();
        }
    }

    private void requireOpen() throws SseClosedException {
        if (closed) {
            throw gone();
        }
        if (returned) {
            throw new SseClosedException("stream: its source has returned");
        }
    }

    private static SseClosedException gone() {
        return new SseClosedException("stream: ended before its source (the client has gone, or the server closed it)");
    }

    @Override
    public void onClose(Runnable action) {
        Objects.requireNonNull(action, "action");
        lock.lock();
        try {
            if (!closed) {
                onClose.add(action);
                return;
            }
        } finally {
            lock.unlock();
        }
        runSafely(action);
    }

    private static void runSafely(Runnable action) {
        try {
            action.run();
        } catch (Throwable e) {
            Log.warn("source failed as its stream ended", e);
        }
    }

    @Override
    public boolean isOpen() {
        return !closed && !returned;
    }

    @Override
    public void request(long events) {
        requesting = Thread.currentThread();
        lock.lock();
        try {
            requested = requested + events < 0 ? Long.MAX_VALUE : requested + events;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Called when the stream has ended: interrupts the source, and runs the close actions. */
    @Override
    public void cancel() {
        List<Runnable> actions;
        lock.lock();
        try {
            actions = closed ? List.of() : List.copyOf(onClose);
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        running.cancel();
        actions.forEach(PublisherEmitter::runSafely);
    }
}

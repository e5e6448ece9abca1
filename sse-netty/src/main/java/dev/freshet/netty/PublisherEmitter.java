package dev.freshet.netty;

import dev.freshet.event.SseEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One run of a source: between the threads that send and the stream that asks. One thread at a time sends, and holds its
 * turn while it waits until the stream asks for an event; the stream never waits. Thread-safe.
 */
final class PublisherEmitter implements SseEmitter, Flow.Subscription {
    private final Flow.Subscriber<? super SseEvent> subscriber;

    /** The turn to signal; taken before the lock. The subscriber is called in it, and so in order. */
    private final ReentrantLock turn = new ReentrantLock();

    /** For what follows; nothing is called under it. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    private final InterruptibleThreads running = new InterruptibleThreads();
    private final List<Runnable> onClose = new ArrayList<>(0);
    private long asked;

    /** The thread of the event loop that asks: one who waits on it waits for ever. */
    private volatile Thread asking = Thread.currentThread();

    private volatile boolean closed;
    private volatile boolean returned;

    /** On the thread that will ask. */
    PublisherEmitter(Flow.Subscriber<? super SseEvent> subscriber) {
        this.subscriber = subscriber;
    }

    /** Runs the code, and ends the stream with it; where the stream has ended already, there is nobody to run it for. */
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

    /** Nobody sends any more, those that wait neither. */
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
        turn.lock(); // behind an event that another thread is sending
        try {
            if (closed) {
                Log.debug("source ended after its stream: {}", String.valueOf(failure));
                return;
            }
            closed = true;
            if (failure == null) {
                subscriber.onComplete();
            } else {
                subscriber.onError(failure);
            }
        } finally {
            turn.unlock();
        }
    }

    @Override
    public void send(SseEvent event) throws SseClosedException, InterruptedException {
        if (Objects.requireNonNull(event, "event").id() != null && subscriber instanceof PublisherSubscriber intake) {
            intake.check(event); // refused here it does not end the stream, as it would where the subscriber finds it
        }
        requireOpen();
        if (Thread.currentThread() == asking) {
            throw new IllegalStateException("send: on the stream's event loop, which it would wait for"
                    + " (expected: a thread that may block)");
        }
        try {
            turn.lockInterruptibly();
            try {
                awaitDemand();
                signal(event);
            } finally {
                turn.unlock();
            }
        } catch (InterruptedException e) {
            requireOpen(); // where the stream has ended, that is the reason
            throw e;
        }
    }

    private void awaitDemand() throws SseClosedException, InterruptedException {
        lock.lockInterruptibly();
        try {
            while (asked == 0 && !closed && !returned) {
                changed.await();
            }
            requireOpen();
            asked--;
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
        call(action);
    }

    private static void call(Runnable action) {
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
        asking = Thread.currentThread();
        lock.lock();
        try {
            asked = asked + events < 0 ? Long.MAX_VALUE : asked + events;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The stream has ended. */
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
        actions.forEach(PublisherEmitter::call);
    }
}

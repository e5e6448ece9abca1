package dev.freshet.netty;

import dev.freshet.event.SseEvent;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One run of a source: between the threads that send and the stream that asks. Whoever comes passes on what may go; one
 * at a time does, and does so again where another came meanwhile, so the subscriber's methods are called in order and no
 * lock is held. Thread-safe.
 */
final class Emission implements SseEmitter, Flow.Subscription {
    /** What waits to go: an event, or the end where there is none. */
    private static final class Waiting {
        final @Nullable SseEvent event;
        final @Nullable Throwable failure;
        final int units;
        final CompletableFuture<Void> sent = new CompletableFuture<>();
        /** Set by the one who sends it, or takes it back. */
        final AtomicBoolean taken = new AtomicBoolean();
        /** The stream had ended; the passer's to set. */
        boolean dropped;

        Waiting(@Nullable SseEvent event, @Nullable Throwable failure) {
            this.event = event;
            this.failure = failure;
            this.units = event == null
                    ? 0
                    : length(event.type()) + length(event.data()) + length(event.id()) + length(event.comment());
        }

        private static int length(@Nullable String text) {
            return text == null ? 0 : text.length();
        }
    }

    private final Flow.Subscriber<? super SseEvent> subscriber;
    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong units = new AtomicLong();
    private final AtomicLong asked = new AtomicLong();
    /** How many came to pass on since the one began who does. */
    private final AtomicInteger passing = new AtomicInteger();

    /** The thread of the event loop that asks: one who waits on it waits for ever. */
    private volatile Thread asking = Thread.currentThread();

    private volatile boolean closed;
    private volatile boolean returned;

    /** On the thread that will ask. */
    Emission(Flow.Subscriber<? super SseEvent> subscriber) {
        this.subscriber = subscriber;
    }

    /** Runs the code, and ends the stream with it; where the stream has ended already, there is nobody to run it for. */
    void run(SseSource source) {
        if (closed) {
            returned = true;
            return;
        }
        Throwable failure = null;
        try {
            source.emit(this);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure = e;
        } catch (Throwable e) {
            failure = e;
        }
        returned = true;
        if (closed) {
            Engine.log.debug("source ended after its stream: {}", String.valueOf(failure));
        } else {
            add(new Waiting(null, failure));
        }
    }

    @Override
    public void send(SseEvent event) throws SseClosedException, InterruptedException {
        Waiting last = new Waiting(checked(event), null);
        requireOpen();
        if (Thread.currentThread() == asking) {
            throw new IllegalStateException(
                    "send: on the stream's event loop, which it would wait for (expected: sendAsync)");
        }
        add(last);
        try {
            last.sent.get();
        } catch (ExecutionException e) {
            throw gone();
        } catch (InterruptedException e) {
            if (take(last)) {
                waiting.remove(last);
                throw e;
            }
            Thread.currentThread().interrupt();
            awaitSent(last);
        }
    }

    /** It was taken meanwhile: it is sent or dropped in a moment. */
    private static void awaitSent(Waiting last) throws SseClosedException {
        try {
            last.sent.join();
        } catch (CompletionException e) {
            throw gone();
        }
    }

    @Override
    public CompletionStage<Void> sendAsync(SseEvent event) {
        Waiting last = new Waiting(checked(event), null);
        try {
            requireOpen();
        } catch (SseClosedException e) {
            return CompletableFuture.failedFuture(e);
        }
        if (count.get() >= MOST_WAITING) {
            return CompletableFuture.failedFuture(new IllegalStateException(
                    "sendAsync: " + MOST_WAITING + " events wait (expected: fewer; wait for their stages)"));
        }
        if (units.get() >= MOST_WAITING_UNITS) {
            return CompletableFuture.failedFuture(new IllegalStateException("sendAsync: events of " + MOST_WAITING_UNITS
                    + " UTF-16 units wait (expected: smaller; wait for their stages)"));
        }
        add(last);
        return last.sent.copy();
    }

    /** Refused here it does not end the stream, as it would where the subscriber finds it. */
    private SseEvent checked(SseEvent event) {
        if (Objects.requireNonNull(event, "event").id() != null && subscriber instanceof Intake intake) {
            intake.check(event);
        }
        return event;
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
    public boolean isOpen() {
        return !closed && !returned;
    }

    @Override
    public void request(long events) {
        asking = Thread.currentThread();
        asked.addAndGet(events);
        pass();
    }

    @Override
    public void cancel() {
        closed = true;
        pass();
    }

    private void add(Waiting last) {
        count.incrementAndGet();
        units.addAndGet(last.units);
        waiting.add(last);
        pass();
    }

    private void pass() {
        if (passing.getAndIncrement() != 0) {
            return; // the one who does passes again
        }
        Queue<Waiting> passed = new ArrayDeque<>(1);
        int came = 1;
        do {
            for (Waiting next = waiting.peek(); next != null && mayPass(next); next = waiting.peek()) {
                waiting.remove(next); // not the head, which is another where this one was just taken back
                if (take(next)) {
                    passOn(next);
                    passed.add(next);
                }
            }
            came = passing.addAndGet(-came);
        } while (came != 0);
        // Only now: what depends on it may send in turn, and wait for somebody who passes.
        for (Waiting one : passed) {
            if (one.dropped) {
                one.sent.completeExceptionally(gone());
            } else {
                one.sent.complete(null);
            }
        }
    }

    /** Returns false where another has taken it. */
    private boolean take(Waiting one) {
        if (one.taken.getAndSet(true)) {
            return false;
        }
        count.decrementAndGet();
        units.addAndGet(-one.units);
        return true;
    }

    private boolean mayPass(Waiting next) {
        return closed || next.event == null || asked.get() > 0 || next.taken.get();
    }

    private void passOn(Waiting next) {
        if (closed) {
            next.dropped = true;
        } else if (next.event != null) {
            asked.decrementAndGet();
            try {
                subscriber.onNext(next.event);
            } catch (Throwable e) {
                next.dropped = true;
                closed = true;
                subscriber.onError(e);
            }
        } else {
            closed = true;
            if (next.failure == null) {
                subscriber.onComplete();
            } else {
                subscriber.onError(next.failure);
            }
        }
    }
}

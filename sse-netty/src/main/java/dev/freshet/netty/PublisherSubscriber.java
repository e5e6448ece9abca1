package dev.freshet.netty;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.SseEvent;
import io.netty.channel.EventLoop;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The subscriber of a finite stream, and the queue of its publisher's signals to the stream's event loop. The methods
 * of {@link Flow.Subscriber} may be called from any thread, the others from the loop unless they say otherwise.
 *
 * <p>The queue holds no more events than were requested: an event that was not requested is dropped and ends the
 * stream.
 *
 * <p><b>Ordering.</b> As in {@link HubFanout}: a publisher adds its signal and then swaps the flag to true; the loop
 * swaps it to false and then checks the queue. Whichever swap comes first, the signal is seen.
 */
final class PublisherSubscriber implements Flow.Subscriber<SseEvent>, PublisherEmitter.Checking {
    /** A signal of the publisher; the queue has the order in which they were given. */
    sealed interface Signal {}

    record Begin(Flow.Subscription subscription) implements Signal {}

    @SuppressWarnings("ArrayRecordComponent") // written, never compared
    record Next(byte[] bytes) implements Signal {}

    /**
     * The end of the signals.
     *
     * @param failure the publisher's failure, or null
     * @param broken whether a rule of the specification was broken, so that the subscription is still active
     */
    record End(@Nullable Throwable failure, boolean broken) implements Signal {}

    private final EventLoop loop;
    private final Consumer<SseEvent> check;
    private final Runnable drain;
    private final Queue<Signal> signals = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean awake = new AtomicBoolean();
    private final AtomicBoolean subscribed = new AtomicBoolean();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicLong requested = new AtomicLong();
    private volatile boolean sealed;
    private volatile boolean closed;

    /**
     * Creates a subscriber.
     *
     * @param check throws an IllegalArgumentException if an event cannot be sent; called on any thread
     * @param drain called on the loop when there are signals to take
     */
    PublisherSubscriber(EventLoop loop, Consumer<SseEvent> check, Runnable drain) {
        this.loop = loop;
        this.check = check;
        this.drain = drain;
    }

    @Override
    public void check(SseEvent event) {
        check.accept(event);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        Objects.requireNonNull(subscription, "subscription");
        if (subscribed.getAndSet(true)) {
            subscription.cancel();
        } else {
            add(new Begin(subscription));
        }
    }

    @Override
    public void onNext(SseEvent event) {
        if (event == null) {
            throw brokenBy(new NullPointerException("publisher: signalled null (expected: an event)"));
        }
        if (sealed || closed || ended.get()) {
            return;
        }
        if (requested.getAndDecrement() <= 0) {
            brokenBy(new IllegalStateException("publisher: signalled an event that it was not asked for"));
            return;
        }
        try {
            check.accept(event);
        } catch (IllegalArgumentException e) {
            brokenBy(e);
            return;
        }
        add(new Next(EventEncoder.encode(event)));
    }

    @Override
    public void onError(Throwable failure) {
        if (failure == null) {
            throw brokenBy(new NullPointerException("publisher: failed with null (expected: a failure)"));
        }
        end(failure, false);
    }

    @Override
    public void onComplete() {
        end(null, false);
    }

    private <T extends Throwable> T brokenBy(T rule) {
        end(rule, true);
        return rule;
    }

    /** Adds the end. The first end counts; what is signalled after it is dropped. */
    private void end(@Nullable Throwable failure, boolean broken) {
        if (!sealed && !ended.getAndSet(true)) {
            add(new End(failure, broken));
        }
    }

    private void add(Signal signal) {
        signals.add(signal);
        if (closed) {
            discard(); // the discard of close may have come before the signal
        } else {
            wake();
        }
    }

    private void wake() {
        if (!awake.getAndSet(true) && !EventLoops.execute(loop, drain)) {
            discard(); // the loop has terminated, and the stream has ended with it
        }
    }

    /** Called when the drain begins: until {@link #endDrain} a signal does not schedule another. */
    void beginDrain() {
        assert loop.inEventLoop();
        awake.getAndSet(true);
    }

    /** Called when the drain ends; schedules it again if signals were added meanwhile that could be taken. */
    void endDrain(boolean couldTake) {
        assert loop.inEventLoop();
        awake.getAndSet(false);
        if (couldTake && isWaiting()) {
            wake();
        }
    }

    /** Returns whether the event loop of its stream calls. */
    boolean isConfined() {
        return loop.inEventLoop();
    }

    /** Called before that many events are requested from the subscription. */
    void willRequest(int events) {
        assert loop.inEventLoop();
        requested.addAndGet(events);
    }

    /** Returns whether there are signals to take. */
    boolean isWaiting() {
        assert loop.inEventLoop();
        return !signals.isEmpty();
    }

    /** Takes the oldest signal, or returns null. */
    @Nullable
    Signal take() {
        assert loop.inEventLoop();
        return signals.poll();
    }

    /** Called on any thread: drops later signals; earlier ones are still to be taken. */
    void seal() {
        sealed = true;
    }

    /** Drops earlier and later signals, and cancels a subscription among them. */
    void close() {
        assert loop.inEventLoop();
        closed = true;
        discard();
    }

    private void discard() {
        for (Signal signal = signals.poll(); signal != null; signal = signals.poll()) {
            if (signal instanceof Begin begin) {
                cancel(begin.subscription());
            }
        }
    }

    /** Cancels the subscription; a failure is logged. */
    static void cancel(Flow.Subscription subscription) {
        try {
            subscription.cancel();
        } catch (Throwable e) {
            Log.warn("publisher failed to cancel", e);
        }
    }
}

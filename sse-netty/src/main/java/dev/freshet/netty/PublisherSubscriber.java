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
 * What a finite stream's publisher signals, on its way to the stream's event loop. The subscriber's methods may be
 * called from any thread, those of the stream's side from its loop.
 *
 * <p>It holds no more than was asked for: an event that nobody asked for is not kept but ends the stream.
 *
 * <p><b>Ordering.</b> As in {@link HubFanout}: a publisher adds its signal and then swaps the flag to true; the loop
 * swaps it to false and then looks whether anything is there. Whichever swap comes first, the signal is seen.
 */
final class PublisherSubscriber implements Flow.Subscriber<SseEvent> {
    /** What a publisher did, in the order it did it. */
    sealed interface Signal {}

    record Begin(Flow.Subscription subscription) implements Signal {}

    @SuppressWarnings("ArrayRecordComponent") // written, never compared
    record Next(byte[] bytes) implements Signal {}

    /** The end; broken where the publisher did not keep to the rules, and so does not know yet that it is the end. */
    record End(@Nullable Throwable failure, boolean broken) implements Signal {}

    private final EventLoop loop;
    private final Consumer<SseEvent> check;
    private final Runnable drain;
    private final Queue<Signal> signals = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean awake = new AtomicBoolean();
    private final AtomicBoolean subscribed = new AtomicBoolean();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicLong asked = new AtomicLong();
    private volatile boolean sealed;
    private volatile boolean closed;

    /** Calls the drain on the loop when there is something to take; the check throws where an event cannot be sent. */
    PublisherSubscriber(EventLoop loop, Consumer<SseEvent> check, Runnable drain) {
        this.loop = loop;
        this.check = check;
        this.drain = drain;
    }

    /** Throws an IllegalArgumentException where the event cannot be sent. */
    void check(SseEvent event) {
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
        if (asked.getAndDecrement() <= 0) {
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

    /** The first end counts; what is signalled after it is dropped. */
    private void end(@Nullable Throwable failure, boolean broken) {
        if (!sealed && !ended.getAndSet(true)) {
            add(new End(failure, broken));
        }
    }

    private void add(Signal signal) {
        signals.add(signal);
        if (closed) {
            discard(); // or the one who closed it has seen the signal
        } else {
            wake();
        }
    }

    private void wake() {
        if (!awake.getAndSet(true) && !EventLoops.execute(loop, drain)) {
            discard(); // the loop has ended, and the stream with it
        }
    }

    /** The drain begins: until {@link #endDrain} it looks for itself. */
    void beginDrain() {
        awake.getAndSet(true);
    }

    /** The drain ends; it is called again for what has come meanwhile, unless it could not take more. */
    void endDrain(boolean couldTake) {
        awake.getAndSet(false);
        if (couldTake && isWaiting()) {
            wake();
        }
    }

    /** Before the subscription is asked for as many. */
    void willAsk(int events) {
        asked.addAndGet(events);
    }

    boolean isWaiting() {
        return !signals.isEmpty();
    }

    /** The oldest signal that was not taken, or null. */
    @Nullable
    Signal take() {
        return signals.poll();
    }

    /** Any thread: what is signalled from now on is dropped, and what was before is still to be taken. */
    void seal() {
        sealed = true;
    }

    /** The stream has ended: what was signalled and what comes is dropped, and a late subscription cancelled. */
    void close() {
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

    /** Cancels, whatever the subscription says to it. */
    static void cancel(Flow.Subscription subscription) {
        try {
            subscription.cancel();
        } catch (Throwable e) {
            Log.warn("publisher failed to cancel", e);
        }
    }
}

package dev.freshet.netty;

import dev.freshet.event.SseEvent;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Flow;

/** A publisher of a list of events. Each subscriber receives all of them, on the thread that requests. Thread-safe. */
record PublisherEventList(List<SseEvent> events) implements Flow.Publisher<SseEvent> {
    @Override
    public void subscribe(Flow.Subscriber<? super SseEvent> subscriber) {
        subscriber.onSubscribe(new ListSubscription(subscriber, events.iterator()));
    }

    /** The subscription of one subscriber. Not thread-safe: its subscriber calls on one thread at a time. */
    private static final class ListSubscription implements Flow.Subscription {
        private final Flow.Subscriber<? super SseEvent> subscriber;
        private final Iterator<SseEvent> remaining;
        private long requested;
        private boolean signalling;
        private boolean ended;

        ListSubscription(Flow.Subscriber<? super SseEvent> subscriber, Iterator<SseEvent> remaining) {
            this.subscriber = subscriber;
            this.remaining = remaining;
        }

        @Override
        public void request(long count) {
            requested = Math.max(requested, requested + count); // a sum that overflows changes nothing
            if (signalling) {
                return; // requested within onNext: the loop below continues
            }
            signalling = true;
            while (requested > 0 && !ended && remaining.hasNext()) {
                requested--;
                subscriber.onNext(remaining.next());
            }
            signalling = false;
            if (!ended && !remaining.hasNext()) {
                ended = true;
                subscriber.onComplete();
            }
        }

        @Override
        public void cancel() {
            ended = true;
        }
    }
}

package dev.freshet.netty;

import dev.freshet.event.SseEvent;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Flow;

/** Publishes events that are there, to each subscriber all of them, on the thread that requests. Thread-safe. */
record PublisherEventList(List<SseEvent> events) implements Flow.Publisher<SseEvent> {
    @Override
    public void subscribe(Flow.Subscriber<? super SseEvent> subscriber) {
        subscriber.onSubscribe(new Reading(subscriber, events.iterator()));
    }

    /** Asked and cancelled on one thread, the event loop of its stream. */
    private static final class Reading implements Flow.Subscription {
        private final Flow.Subscriber<? super SseEvent> subscriber;
        private final Iterator<SseEvent> left;
        private long asked;
        private boolean signalling;
        private boolean over;

        Reading(Flow.Subscriber<? super SseEvent> subscriber, Iterator<SseEvent> left) {
            this.subscriber = subscriber;
            this.left = left;
        }

        @Override
        public void request(long count) {
            asked = Math.max(asked, asked + count); // of more than there can be nothing is left
            if (signalling) {
                return; // from within onNext: to the loop below
            }
            signalling = true;
            while (asked > 0 && !over && left.hasNext()) {
                asked--;
                subscriber.onNext(left.next());
            }
            signalling = false;
            if (!over && !left.hasNext()) {
                over = true;
                subscriber.onComplete();
            }
        }

        @Override
        public void cancel() {
            over = true;
        }
    }
}

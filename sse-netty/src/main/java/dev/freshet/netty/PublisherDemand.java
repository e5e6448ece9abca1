package dev.freshet.netty;

import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * The demand of a finite stream: the number of events that it requests from its publisher. It requests as many events
 * of the largest recent size as fit into the channel, and the first event alone. Confined to its stream's event loop.
 */
final class PublisherDemand {
    /** The number of events at a time above which nothing is gained. */
    private static final int MOST = 64;

    /** The subscription; null before it begins, and after it ends. */
    private Flow.@Nullable Subscription subscription;

    /** The number of events that are requested and not taken yet. */
    private int outstanding;

    /** The size in bytes of the largest recent event; 0 before the first. */
    private int large;

    private boolean cancelled;

    /** Handles a signal that was taken. After an end by a broken rule the subscription is still to be cancelled. */
    void received(PublisherSubscriber.Signal signal) {
        if (signal instanceof PublisherSubscriber.Begin begin) {
            subscription = begin.subscription();
            if (cancelled) {
                cancel();
            }
        } else if (signal instanceof PublisherSubscriber.Next next) {
            outstanding--;
            large = Math.max(next.bytes().length, large - large / 16); // decays with each event
        } else if (signal instanceof PublisherSubscriber.End end && !end.broken()) {
            subscription = null;
        }
    }

    /**
     * Returns the number of events to request. It is 0 while more than half of what fits is outstanding, so that events
     * are not requested one by one.
     *
     * @param room the bytes that the channel takes before it is unwritable
     */
    int more(long room) {
        if (room <= 0 || subscription == null) {
            return 0;
        }
        int fitting = large == 0 ? 1 : (int) Math.max(1, Math.min(MOST, room / large));
        return outstanding > fitting / 2 ? 0 : fitting - outstanding;
    }

    /** Requests what {@link #more} returns; throws what the subscription throws. */
    void request(long room, PublisherSubscriber subscriber) {
        assert subscriber.isConfined();
        int events = more(room);
        if (events > 0 && subscription != null) {
            outstanding += events;
            subscriber.willRequest(events);
            subscription.request(events);
        }
    }

    /** Cancels the subscription, even if it begins later. */
    void cancel() {
        cancelled = true;
        Flow.Subscription active = subscription;
        subscription = null;
        if (active != null) {
            PublisherSubscriber.cancel(active);
        }
    }
}

package dev.freshet.netty;

import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * What a finite stream asks its publisher for: as many events as fit into the channel, and so as many of the largest
 * seen of late as there is room for. The first is asked for alone. Confined to the event loop.
 */
final class PublisherDemand {
    /** More at a time gains nothing. */
    private static final int MOST = 64;

    /** Null before it has begun, and once it is over. */
    private Flow.@Nullable Subscription subscription;

    /** Asked for and not taken yet. */
    private int outstanding;

    private int large;
    private boolean cancelled;

    /** A signal was taken. One that breaks the rules ends the stream, and not the subscription. */
    void received(PublisherSubscriber.Signal signal) {
        if (signal instanceof PublisherSubscriber.Begin begin) {
            subscription = begin.subscription();
            if (cancelled) {
                cancel();
            }
        } else if (signal instanceof PublisherSubscriber.Next next) {
            outstanding--;
            large = Math.max(next.bytes().length, large - large / 16); // the largest is forgotten step by step
        } else if (signal instanceof PublisherSubscriber.End end && !end.broken()) {
            subscription = null;
        }
    }

    /**
     * How many more to ask for; 0 while at least half of what fits is still to come, so that it is not asked one by one.
     *
     * @param room how many bytes the channel takes before it is full
     */
    int more(long room) {
        if (room <= 0 || subscription == null) {
            return 0;
        }
        int fitting = large == 0 ? 1 : (int) Math.max(1, Math.min(MOST, room / large));
        return outstanding > fitting / 2 ? 0 : fitting - outstanding;
    }

    /** Asks for as many; throws what the subscription throws. */
    void ask(int events, PublisherSubscriber intake) {
        if (events > 0 && subscription != null) {
            outstanding += events;
            intake.willAsk(events);
            subscription.request(events);
        }
    }

    /** Nothing more is wanted of it. */
    void cancel() {
        cancelled = true;
        Flow.Subscription active = subscription;
        subscription = null;
        if (active != null) {
            PublisherSubscriber.cancel(active);
        }
    }
}

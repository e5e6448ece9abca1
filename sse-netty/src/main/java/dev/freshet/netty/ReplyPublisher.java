package dev.freshet.netty;

import dev.freshet.event.SseEvent;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The values of a {@link SseReply.Stream}. Immutable and thread-safe. */
abstract class ReplyPublisher extends ReplyStream<SseReply.Stream> {
    final Flow.Publisher<SseEvent> publisher;
    final Function<? super Throwable, ? extends @Nullable SseEvent> failure;

    ReplyPublisher(
            Flow.Publisher<SseEvent> publisher,
            Function<? super Throwable, ? extends @Nullable SseEvent> failure,
            StreamTerms terms) {
        super(terms);
        this.publisher = publisher;
        this.failure = failure;
    }

    /** Returns the publisher of the events. */
    public Flow.Publisher<SseEvent> publisher() {
        return publisher;
    }

    /**
     * Subscribes to the publisher once, and returns the events that a client would receive, so that a test of an
     * endpoint needs no server. They end when the publisher completes or the given number was received, which cancels
     * the subscription. If the publisher fails, or breaks a rule as of {@link SseReply#stream(Flow.Publisher)}, the
     * event that reports it is the last one: {@link SseReply.Stream#onFailure}. The publisher is subscribed to on the
     * calling thread and signals on any.
     *
     * @param most the number of events that are requested, at once; above 0
     * @return the events; the stage fails if {@code subscribe} throws, for which a server refuses the request
     * @throws IllegalArgumentException if the number is not above 0
     */
    public CompletionStage<List<SseEvent>> collect(int most) {
        PublisherCollector collector =
                new PublisherCollector(Limits.Builder.positive("collect.most", most), new FailureEvent(failure));
        return collector.subscribeTo(publisher);
    }

    @Override
    public String toString() {
        return "Stream[" + publisher.getClass().getName() + "]";
    }
}

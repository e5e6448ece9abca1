package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Publishers that are fast, slow, or do not keep to the rules, and clients that do not read.
 * Covers {@link PublisherDemand} and {@link FailureEvent}.
 */
class PublisherRulesTest extends ServerFixture {
    private static final int RECEIVE_BUFFER = 4 << 10;
    private static final String LARGE = "x".repeat(8 << 10);

    private final Recorder recorder = new Recorder();
    private final HandPublisher publisher = new HandPublisher();

    private SseServer streaming(Flow.Publisher<SseEvent> from) {
        return start(local().listener(recorder).endpoint("/events", request -> SseReply.stream(from)));
    }

    private RawSseClient reading() throws Exception {
        RawSseClient client = client(streaming(publisher));
        client.get("/events");
        return client;
    }

    /** Goes on for ever, on the thread that asks. */
    private static Flow.Publisher<SseEvent> endless(String data, AtomicLong asked, CompletableFuture<Void> cancelled) {
        return subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long count) {
                asked.addAndGet(count);
                for (long i = 0; i < count; i++) {
                    subscriber.onNext(SseEvent.of(data));
                }
            }

            @Override
            public void cancel() {
                cancelled.complete(null);
            }
        });
    }

    @Test
    void aClientThatDoesNotReadIsAskedNothingFor() throws Exception {
        AtomicLong asked = new AtomicLong();
        CompletableFuture<Void> cancelled = new CompletableFuture<>();
        SseServer server = start(local().listener(recorder)
                .writeTimeout(Duration.ofMillis(200))
                .endpoint("/events", request -> SseReply.stream(endless(LARGE, asked, cancelled))));
        client(server, RECEIVE_BUFFER).get("/events");
        cancelled.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.STALLED);
        // What the sockets of both ends hold, and no more.
        assertThat(asked).hasValueLessThan((16 << 20) / LARGE.length());
    }

    @Test
    void anEndlessPublisherThatSignalsAtOnceDoesNotHoldTheLoop() throws Exception {
        SseServer server = start(local().endpoint(
                        "/events",
                        request -> SseReply.stream(endless("x", new AtomicLong(), new CompletableFuture<>())))
                .endpoint("/hub", request -> SseReply.subscribe(hub, "t")));
        RawSseClient endless = client(server);
        endless.get("/events");
        endless.readEvents(1000);
        assertThat(client(server).get("/hub").status()).isEqualTo(200);
        endless.readEvents(1000);
    }

    @Test
    void theFirstEventIsAskedForAlone() throws Exception {
        reading();
        assertThat(publisher.nextAsked()).isEqualTo(1);
    }

    @Test
    void smallEventsAreAskedForManyAtATime() throws Exception {
        reading();
        publisher.next("small");
        assertThat(publisher.nextAsked()).isEqualTo(64);
    }

    @Test
    void largeEventsAreAskedForAsTheyFit() throws Exception {
        RawSseClient client = reading();
        publisher.next("x".repeat(10 << 10));
        client.readEvent();
        assertThat(publisher.nextAsked()).isLessThanOrEqualTo(3);
    }

    @Test
    void aFailureWhoseMapperFailsIsToldAsByDefault() throws Exception {
        RawSseClient client = client(serve(request -> SseReply.stream(publisher).onFailure(failure -> {
            throw new IllegalStateException("by the test");
        })));
        client.get("/events");
        publisher.next("a");
        publisher.subscriber().onError(new IllegalStateException("secret"));
        assertThat(rest(client)).isEqualTo("data: a\n\nevent: error\ndata: {\"message\":\"the stream failed\"}\n\n");
    }

    @Test
    void anEventThatIsNullIsThrownBackAndEndsTheStream() throws Exception {
        RawSseClient client = reading();
        publisher.nextAsked();
        Flow.Subscriber<? super SseEvent> subscriber = publisher.subscriber();
        assertThatNullPointerException().isThrownBy(() -> subscriber.onNext(null));
        assertThat(client.readEvent().type()).isEqualTo("error");
        publisher.untilCancelled();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.FAILED);
    }

    @Test
    void anEventThatWasNotAskedForEndsTheStreamAfterThoseThatWere() throws Exception {
        CompletableFuture<Void> cancelled = new CompletableFuture<>();
        RawSseClient client = client(streaming(subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long count) {
                for (long i = 0; i < count; i++) {
                    subscriber.onNext(SseEvent.of("asked for"));
                }
                subscriber.onNext(SseEvent.of("not asked for"));
            }

            @Override
            public void cancel() {
                cancelled.complete(null);
            }
        })));
        client.get("/events");
        assertThat(rest(client))
                .isEqualTo("data: asked for\n\nevent: error\ndata: {\"message\":\"the stream failed\"}\n\n");
        cancelled.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.FAILED);
    }

    @Test
    void whatIsSignalledAfterTheEndIsDropped() throws Exception {
        RawSseClient client = reading();
        publisher.nextAsked();
        publisher.subscriber().onComplete();
        publisher.subscriber().onNext(SseEvent.of("late"));
        publisher.subscriber().onError(new IllegalStateException("late"));
        assertThat(rest(client)).isEmpty();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.COMPLETED);
        assertThat(publisher.cancelled).isNotDone();
    }

    @Test
    void anEndThatIsSignalledAgainIsNotKept() {
        PublisherSubscriber intake = new PublisherSubscriber(new EmbeddedChannel().eventLoop(), event -> {}, () -> {});
        intake.onComplete();
        intake.onComplete();
        intake.onError(new IllegalStateException("again"));
        intake.willRequest(1);
        intake.onNext(SseEvent.of("late"));
        assertThat(intake.take()).isEqualTo(new PublisherSubscriber.End(null, false));
        assertThat(intake.isWaiting()).isFalse();
    }

    @Test
    void whatIsSignalledAfterACancelIsDropped() throws Exception {
        RawSseClient client = reading();
        publisher.nextAsked();
        client.cut();
        publisher.untilCancelled();
        publisher.subscriber().onNext(SseEvent.of("late"));
        publisher.subscriber().onComplete();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.PEER);
    }

    @Test
    void aSecondSubscriptionIsCancelled() throws Exception {
        reading();
        HandPublisher second = new HandPublisher();
        publisher.subscriber().onSubscribe(second);
        second.untilCancelled();
        assertThat(publisher.cancelled).isNotDone();
    }

    @Test
    void aSubscriptionThatComesAfterTheClientHasGoneIsCancelled() throws Exception {
        CompletableFuture<Flow.Subscriber<? super SseEvent>> subscriber = new CompletableFuture<>();
        RawSseClient client = client(streaming(subscriber::complete));
        client.get("/events");
        client.cut();
        recorder.nextClosed();
        subscriber.get(PATIENCE_SECONDS, TimeUnit.SECONDS).onSubscribe(publisher);
        publisher.untilCancelled();
    }

    @Test
    void aPublisherThatThrowsIsRefused() throws Exception {
        SseServer server = streaming(subscriber -> {
            subscriber.onSubscribe(publisher);
            throw new IllegalStateException("broken");
        });
        assertThat(client(server).get("/events").status()).isEqualTo(500);
        publisher.untilCancelled();
        assertThat(recorder.opened).isEmpty();
    }

    @Test
    void aPublisherThatIsFullIsRefusedAsOverloaded() throws Exception {
        SseServer server = streaming(subscriber -> {
            throw new RejectedExecutionException("full");
        });
        RawSseClient.Head head = client(server).get("/events");
        assertThat(head.status()).isEqualTo(503);
        assertThat(head.header("Retry-After")).isEqualTo("5");
    }

    @Test
    void aSubscriptionThatThrowsEndsTheStream() throws Exception {
        SseServer server = streaming(subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long count) {
                throw new IllegalStateException("broken");
            }

            @Override
            public void cancel() {
                throw new IllegalStateException("broken, too");
            }
        }));
        RawSseClient client = client(server);
        client.get("/events");
        assertThat(rest(client)).isEqualTo("event: error\ndata: {\"message\":\"the stream failed\"}\n\n");
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.FAILED);
    }
}

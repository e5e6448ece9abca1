package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.event.SseEvent;
import dev.freshet.harness.LogReader;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The events of a finite stream are read without a server. Covers {@link ReplyPublisher}. */
class PublisherCollectorTest {
    private static final SseEvent A = SseEvent.of("a");
    private static final SseEvent B = SseEvent.of("b");

    @RegisterExtension
    final LogReader log = new LogReader();

    private final AtomicBoolean cancelled = new AtomicBoolean();

    /** A publisher that signals as soon as events are requested. */
    private Flow.Publisher<SseEvent> signalling(Consumer<Flow.Subscriber<? super SseEvent>> signals) {
        return subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long count) {
                signals.accept(subscriber);
            }

            @Override
            public void cancel() {
                cancelled.set(true);
            }
        });
    }

    private static List<SseEvent> collected(SseReply.Stream reply) throws Exception {
        return collected(reply.collect(10));
    }

    private static List<SseEvent> collected(CompletionStage<List<SseEvent>> events) throws Exception {
        return events.toCompletableFuture().get(ServerFixture.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void theEventsUpToTheEndAreCollected() throws Exception {
        assertThat(collected(SseReply.stream(List.of(A, B)))).containsExactly(A, B);
    }

    @Test
    void theEventsOfBlockingCodeAreCollected() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            assertThat(collected(SseReply.stream(executor, emitter -> {
                        emitter.send(A);
                        emitter.send(B);
                    })))
                    .containsExactly(A, B);
        } finally {
            executor.shutdown();
        }
    }

    @Test
    void noMoreThanTheNumberAreCollected() throws Exception {
        assertThat(collected(SseReply.stream(List.of(A, B)).collect(1))).containsExactly(A);
    }

    @Test
    void aStreamWithoutEndIsCancelledAfterTheNumber() throws Exception {
        Flow.Publisher<SseEvent> endless = signalling(subscriber -> {
            for (int i = 0; i < 10 && !cancelled.get(); i++) {
                subscriber.onNext(A);
            }
        });
        assertThat(collected(SseReply.stream(endless).collect(2))).containsExactly(A, A);
        assertThat(cancelled).isTrue();
    }

    /** A publisher that signals from within its cancellation, too. */
    private static Flow.Publisher<SseEvent> signallingAtTheEnd(
            Consumer<Flow.Subscriber<? super SseEvent>> signals, Consumer<Flow.Subscriber<? super SseEvent>> last) {
        return subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long count) {
                signals.accept(subscriber);
            }

            @Override
            public void cancel() {
                last.accept(subscriber);
            }
        });
    }

    @Test
    void whatIsSignalledWithinTheCancellationIsDropped() throws Exception {
        List<Consumer<Flow.Subscriber<? super SseEvent>>> late = List.of(
                subscriber -> subscriber.onNext(B),
                subscriber -> subscriber.onError(new IllegalStateException("cancelled")));
        for (Consumer<Flow.Subscriber<? super SseEvent>> last : late) {
            Flow.Publisher<SseEvent> publisher = signallingAtTheEnd(subscriber -> subscriber.onNext(A), last);
            assertThat(collected(SseReply.stream(publisher).collect(1))).containsExactly(A);
        }
    }

    @Test
    void anEndWithinTheCancellationDoesNotHideTheFailure() throws Exception {
        Flow.Publisher<SseEvent> broken = signallingAtTheEnd(
                subscriber -> {
                    throw new IllegalStateException("broken");
                },
                Flow.Subscriber::onComplete);
        assertThat(collected(SseReply.stream(broken))).containsExactly(FailureEvent.DEFAULT);
    }

    @Test
    void aRequestThatThrowsFailsTheStream() throws Exception {
        Flow.Publisher<SseEvent> broken = signalling(subscriber -> {
            subscriber.onNext(A);
            throw new IllegalStateException("broken");
        });
        assertThat(collected(SseReply.stream(broken))).containsExactly(A, FailureEvent.DEFAULT);
        assertThat(cancelled).isTrue();
    }

    @Test
    void theCauseOfAFailureIsLogged() throws Exception {
        Flow.Publisher<SseEvent> failing =
                signalling(subscriber -> subscriber.onError(new IllegalStateException("away")));
        collected(SseReply.stream(failing));
        assertThat(log.text()).contains("publisher failed").contains("IllegalStateException: away");
    }

    @Test
    void blockingCodeIsToldOfAnIdThatNoClientCouldSendBackAndGoesOn() throws Exception {
        SseEvent unfit = SseEvent.builder().id(" ").data("a").build();
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            assertThat(collected(SseReply.stream(executor, emitter -> {
                        assertThatIllegalArgumentException().isThrownBy(() -> emitter.send(unfit));
                        emitter.send(B);
                    })))
                    .containsExactly(B);
        } finally {
            executor.shutdown();
        }
    }

    @Test
    void theEventOfAFailureIsTheLast() throws Exception {
        Flow.Publisher<SseEvent> failing = signalling(subscriber -> {
            subscriber.onNext(A);
            subscriber.onError(new IllegalStateException("away"));
        });
        assertThat(collected(SseReply.stream(failing).onFailure(cause -> B))).containsExactly(A, B);
    }

    @Test
    void anEventWhoseIdNoClientCouldSendBackFailsTheStream() throws Exception {
        SseEvent unfit = SseEvent.builder().id(" ").data("a").build();
        assertThat(collected(SseReply.stream(List.of(A, unfit, B)))).containsExactly(A, FailureEvent.DEFAULT);
    }

    @Test
    @SuppressWarnings("NullAway") // a publisher that breaks the rule
    void aSignalThatIsNullFailsTheStream() throws Exception {
        assertThat(collected(SseReply.stream(signalling(subscriber -> subscriber.onNext(null)))))
                .containsExactly(FailureEvent.DEFAULT);
        assertThat(cancelled).isTrue();
    }

    @Test
    void aSubscriptionThatFailsFailsTheStage() {
        Flow.Publisher<SseEvent> broken = subscriber -> {
            throw new IllegalStateException("broken");
        };
        assertThat(SseReply.stream(broken).collect(1).toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void theNumberIsAboveZero() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SseReply.stream(List.of(A)).collect(0))
                .withMessage("collect.most: 0 (expected: > 0)");
    }
}

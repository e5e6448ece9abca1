package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.freshet.event.SseEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One run of a source, with the stream that asks played by the test. */
@Timeout(ServerFixture.PATIENCE_SECONDS)
class EmissionTest {
    private static final SseEvent A = SseEvent.of("a");
    private static final SseEvent B = SseEvent.of("b");

    private final Signals signals = new Signals();
    private final Emission emission = new Emission(signals);

    /** Takes down what is signalled, or throws. */
    private static final class Signals implements Flow.Subscriber<SseEvent> {
        final List<Object> all = new ArrayList<>();

        @Nullable
        RuntimeException thrown;

        @Override
        public void onSubscribe(Flow.Subscription subscription) {}

        @Override
        public void onNext(SseEvent event) {
            if (thrown != null) {
                throw thrown;
            }
            all.add(event);
        }

        @Override
        public void onError(Throwable failure) {
            all.add(failure);
        }

        @Override
        public void onComplete() {
            all.add("complete");
        }
    }

    @Test
    void noCodeIsRunForAClientThatHasGone() {
        AtomicBoolean ran = new AtomicBoolean();
        emission.cancel();
        emission.run(emitter -> ran.set(true));
        assertThat(ran).isFalse();
        assertThat(emission.isOpen()).isFalse();
        assertThat(signals.all).isEmpty();
    }

    @Test
    void anExecutorThatRunsTheCodeLaterOnTheEventLoopEndsTheStream() {
        Queue<Runnable> loop = new ArrayDeque<>();
        AtomicBoolean ran = new AtomicBoolean();
        new SourcePublisher(loop::add, emitter -> ran.set(true)).subscribe(signals);
        loop.remove().run();
        assertThat(ran).isFalse();
        assertThat(signals.all).singleElement().isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void aSendThatWouldWaitForItsOwnThreadIsRefused() {
        CompletableFuture<Throwable> refused = new CompletableFuture<>();
        emission.sendAsync(A).thenRun(() -> refused.complete(catchThrowable(() -> emission.send(B))));
        emission.request(1); // as the event loop does
        assertThat(refused)
                .isCompletedWithValueMatching(failure -> failure instanceof IllegalStateException)
                .isCompletedWithValueMatching(failure -> failure.getMessage()
                        .equals("send: on the stream's event loop, which it would wait for (expected: sendAsync)"));
        assertThat(signals.all).containsExactly(A);
    }

    @Test
    void aSubscriberThatThrowsEndsTheStreamAndEverySend() {
        signals.thrown = new IllegalStateException("broken");
        CompletableFuture<Void> sent = emission.sendAsync(A).toCompletableFuture();
        CompletableFuture<Void> next = emission.sendAsync(B).toCompletableFuture();
        emission.request(1);
        assertThat(signals.all).containsExactly(signals.thrown);
        assertThat(List.of(sent, next)).allSatisfy(stage -> assertThat(stage)
                .failsWithin(ServerFixture.PATIENCE_SECONDS, TimeUnit.SECONDS)
                .withThrowableThat()
                .withCauseInstanceOf(SseClosedException.class));
        assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> emission.send(B));
    }

    @Test
    void aSendThatIsInterruptedWhileItsEventIsDroppedFails() throws Exception {
        CompletableFuture<Object> outcome = new CompletableFuture<>();
        Thread sender = new Thread(() -> {
            Throwable failure = catchThrowable(() -> emission.send(B));
            outcome.complete(failure == null ? "sent" : failure);
        });
        emission.sendAsync(A).whenComplete((sent, failure) -> {
            sender.interrupt();
            while (sender.isAlive() && sender.isInterrupted()) {
                Thread.onSpinWait(); // until it has taken notice
            }
        });
        sender.start();
        while (sender.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        emission.cancel(); // drops both, and tells the second only after the first
        assertThat(outcome.get()).isInstanceOf(SseClosedException.class);
        sender.join();
    }
}

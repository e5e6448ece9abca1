package dev.freshet.netty;

import static dev.freshet.harness.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.freshet.event.SseEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One run of a source, with the stream that asks played by the test. */
@Timeout(ServerFixture.PATIENCE_SECONDS)
class PublisherEmitterTest {
    private static final SseEvent A = SseEvent.of("a");
    private static final SseEvent B = SseEvent.of("b");

    private final Signals signals = new Signals();
    private final PublisherEmitter emission = new PublisherEmitter(signals);

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
        new PublisherSource(loop::add, emitter -> ran.set(true)).subscribe(signals);
        loop.remove().run();
        assertThat(ran).isFalse();
        assertThat(signals.all).singleElement().isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void aSendThatWouldWaitForItsOwnThreadIsRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> emission.send(A)) // on the thread that asks
                .withMessage("send: on the stream's event loop, which it would wait for"
                        + " (expected: a thread that may block)");
    }

    /** What sending it came to. */
    private CompletableFuture<Object> sending(SseEvent event) {
        CompletableFuture<Object> outcome = new CompletableFuture<>();
        Thread sender = new Thread(() -> {
            Throwable failure = catchThrowable(() -> emission.send(event));
            outcome.complete(failure == null ? "sent" : failure);
        });
        sender.start();
        await("it waits or returns", () -> sender.getState() == Thread.State.WAITING || !sender.isAlive());
        return outcome;
    }

    @Test
    void aSendWaitsUntilItIsAskedFor() {
        CompletableFuture<Object> sent = sending(A);
        assertThat(sent).isNotCompleted();
        emission.request(1);
        assertThat(sent.join()).isEqualTo("sent");
        assertThat(signals.all).containsExactly(A);
    }

    @Test
    void aSubscriberThatThrowsEndsTheStreamAndEverySend() {
        signals.thrown = new IllegalStateException("broken");
        CompletableFuture<Object> one = sending(A);
        CompletableFuture<Object> other = sending(B);
        emission.request(1);
        assertThat(one.join()).isInstanceOf(SseClosedException.class);
        assertThat(other.join()).isInstanceOf(SseClosedException.class);
        assertThat(signals.all).containsExactly(signals.thrown);
        assertThatExceptionOfType(SseClosedException.class).isThrownBy(() -> emission.send(B));
    }

    @Test
    void everySendThatWaitsFailsWhenTheStreamEnds() {
        CompletableFuture<Object> one = sending(A);
        CompletableFuture<Object> other = sending(B);
        emission.cancel();
        assertThat(one.join()).isInstanceOf(SseClosedException.class);
        assertThat(other.join()).isInstanceOf(SseClosedException.class);
    }

    @Test
    void theThreadOfASourceIsInterruptedWhenItsStreamEndsAndIsCleanAfterIt() throws Exception {
        CompletableFuture<Thread> running = new CompletableFuture<>();
        CompletableFuture<Boolean> clean = new CompletableFuture<>();
        Thread runner = new Thread(() -> {
            emission.run(emitter -> {
                running.complete(Thread.currentThread());
                new CountDownLatch(1).await();
            });
            clean.complete(!Thread.currentThread().isInterrupted());
        });
        runner.start();
        running.join();
        emission.cancel();
        assertThat(clean.join()).isTrue();
        assertThat(signals.all).isEmpty();
    }

    @Test
    void aThreadIsNotInterruptedForASourceThatHasReturned() {
        emission.run(emitter -> {});
        emission.cancel();
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void anInterruptThatIsNotTheStreamsStays() {
        emission.run(emitter -> {
            throw new InterruptedException("by the test");
        });
        assertThat(Thread.interrupted()).isTrue();
        assertThat(signals.all).singleElement().isInstanceOf(InterruptedException.class);
    }

    @Test
    void whoWantsToHearOfTheEndHearsOfItOnceOrAtOnce() {
        List<String> heard = new ArrayList<>();
        emission.onClose(() -> heard.add("before"));
        emission.onClose(() -> {
            throw new IllegalStateException("as the test wants");
        });
        emission.cancel();
        emission.cancel();
        emission.onClose(() -> heard.add("after"));
        assertThat(heard).containsExactly("before", "after");
    }

    @Test
    void theEndOfTheSourceIsNoEndBeforeIt() {
        List<String> heard = new ArrayList<>();
        emission.onClose(() -> heard.add("closed"));
        emission.run(emitter -> {});
        emission.cancel();
        assertThat(heard).isEmpty();
        assertThat(signals.all).containsExactly("complete");
    }
}

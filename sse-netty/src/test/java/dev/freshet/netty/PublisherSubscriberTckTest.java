package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.reactivestreams.tck.SubscriberWhiteboxVerification.SubscriberPuppet;
import org.reactivestreams.tck.SubscriberWhiteboxVerification.WhiteboxSubscriberProbe;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowSubscriberBlackboxVerification;
import org.reactivestreams.tck.flow.FlowSubscriberWhiteboxVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** The compatibility kit of Reactive Streams for subscribers, run on streams of a real server with a client on each. */
class PublisherSubscriberTckTest extends ServerFixture {
    private static final long NO_SIGNAL_MILLIS = 50;
    /** What the kit has no way to test, and so says that it skips. */
    private static final String UNTESTED = "untested_";

    /** Of either box, lest none be found and none fail. */
    private static final int FEWEST_RULES = 8;

    private final Recorder recorder = new Recorder();

    /** The subscriber of a stream that has just begun. */
    private Flow.Subscriber<SseEvent> subscriber() {
        CompletableFuture<Flow.Subscriber<? super SseEvent>> subscriber = new CompletableFuture<>();
        recorder.opened.clear(); // those of the rules before
        try {
            client(start(local().listener(recorder)
                            .endpoint("/events", request -> SseReply.stream(subscriber::complete))))
                    .get("/events");
            @SuppressWarnings("unchecked") // takes what is an SseEvent
            Flow.Subscriber<SseEvent> begun =
                    (Flow.Subscriber<SseEvent>) subscriber.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return begun;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static TestEnvironment environment() {
        return new TestEnvironment(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS), NO_SIGNAL_MILLIS);
    }

    @TestFactory
    Stream<DynamicTest> everyRuleThatIsSeenFromOutsideIsKept() {
        return rules(() -> new FlowSubscriberBlackboxVerification<SseEvent>(environment()) {
            @Override
            public Flow.Subscriber<SseEvent> createFlowSubscriber() {
                return subscriber();
            }

            @Override
            public SseEvent createElement(int element) {
                return SseEvent.of("event " + element);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> everyRuleThatIsSeenFromInsideIsKept() {
        return rules(() -> new FlowSubscriberWhiteboxVerification<SseEvent>(environment()) {
            @Override
            protected Flow.Subscriber<SseEvent> createFlowSubscriber(WhiteboxSubscriberProbe<SseEvent> probe) {
                return new Probed(subscriber(), probe);
            }

            @Override
            public SseEvent createElement(int element) {
                return SseEvent.of("event " + element);
            }
        });
    }

    /** Tells the kit what reaches the subscriber. */
    private final class Probed implements Flow.Subscriber<SseEvent> {
        private final Flow.Subscriber<SseEvent> subscriber;
        private final WhiteboxSubscriberProbe<SseEvent> probe;

        Probed(Flow.Subscriber<SseEvent> subscriber, WhiteboxSubscriberProbe<SseEvent> probe) {
            this.subscriber = subscriber;
            this.probe = probe;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscriber.onSubscribe(subscription);
            probe.registerOnSubscribe(new SubscriberPuppet() {
                @Override
                public void triggerRequest(long elements) {
                    // It asks by itself for what the socket has room for.
                }

                @Override
                public void signalCancel() {
                    recorder.opened.remove().close(); // the end of the stream from this side
                }
            });
        }

        @Override
        public void onNext(SseEvent event) {
            subscriber.onNext(event);
            probe.registerOnNext(event);
        }

        @Override
        public void onError(Throwable failure) {
            subscriber.onError(failure);
            probe.registerOnError(failure);
        }

        @Override
        public void onComplete() {
            subscriber.onComplete();
            probe.registerOnComplete();
        }
    }

    private static Stream<DynamicTest> rules(Supplier<Object> verification) {
        Class<?> kit = verification.get().getClass().getSuperclass();
        List<Method> rules = Arrays.stream(kit.getMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .filter(method -> !method.getName().startsWith(UNTESTED))
                .sorted(Comparator.comparing(Method::getName))
                .toList();
        assertThat(rules).hasSizeGreaterThanOrEqualTo(FEWEST_RULES);
        return rules.stream()
                .map(rule -> DynamicTest.dynamicTest(rule.getName(), () -> {
                    Object instance = verification.get();
                    callAll(kit, BeforeClass.class, instance);
                    try {
                        callAll(kit, BeforeMethod.class, instance);
                        call(rule, instance);
                    } finally {
                        callAll(kit, AfterClass.class, instance);
                    }
                }));
    }

    private static void callAll(Class<?> kit, Class<? extends Annotation> marked, Object instance) throws Throwable {
        for (Method method : kit.getMethods()) {
            if (method.isAnnotationPresent(marked)) {
                call(method, instance);
            }
        }
    }

    private static void call(Method method, Object instance) throws Throwable {
        try {
            method.setAccessible(true);
            method.invoke(instance);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}

package dev.freshet.hub;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a publish costs that nobody listens to: encoding, the hub's lock, the copy into the log, and eviction, for the
 * log is full from the first moments on. With more threads than one, the time is that of one thread among them.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AppendBench {
    private static final SseEvent EVENT = SseEvent.of("tick", "{\"symbol\":\"ACME\",\"price\":12.3,\"size\":100}");
    private static final int TOPICS = 100_000;

    /** A hub with the default retention. */
    @State(Scope.Benchmark)
    public static class Hub {
        private final SseHub hub = SseHub.create();
        private final String[] topics = new String[TOPICS];

        /** JMH makes it. */
        public Hub() {}

        /** Names the topics and publishes to each once, so that all exist. */
        @Setup
        public void nameTopics() {
            for (int i = 0; i < TOPICS; i++) {
                topics[i] = "topic-" + i;
                hub.publish(topics[i], EVENT).toCompletableFuture().join();
            }
        }

        /** Ends it. */
        @TearDown
        public void close() {
            hub.close();
        }
    }

    /** Where one thread is in its round of the topics. */
    @State(Scope.Thread)
    public static class Round {
        private int next;

        /** JMH makes it. */
        public Round() {}

        String topic(Hub hub) {
            next = next + 1 == TOPICS ? 0 : next + 1;
            return hub.topics[next];
        }
    }

    /** JMH makes it. */
    public AppendBench() {}

    /** One topic, one thread. */
    @Benchmark
    public CompletionStage<EventId> oneTopic(Hub hub) {
        return hub.hub.publish("prices", EVENT);
    }

    /** One topic, four threads. */
    @Benchmark
    @Threads(4)
    public CompletionStage<EventId> oneTopicFourThreads(Hub hub) {
        return hub.hub.publish("prices", EVENT);
    }

    /** 100,000 topics in turn, one thread: little is in the processor's caches. */
    @Benchmark
    public CompletionStage<EventId> manyTopics(Hub hub, Round round) {
        return hub.hub.publish(round.topic(hub), EVENT);
    }

    /** 100,000 topics in turn, four threads. */
    @Benchmark
    @Threads(4)
    public CompletionStage<EventId> manyTopicsFourThreads(Hub hub, Round round) {
        return hub.hub.publish(round.topic(hub), EVENT);
    }
}

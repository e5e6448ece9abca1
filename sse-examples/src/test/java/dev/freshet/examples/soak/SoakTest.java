package dev.freshet.examples.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.harness.RedisProcess;
import dev.freshet.netty.redis.RedisEventStore;
import dev.freshet.store.EventStore;
import dev.freshet.store.FileEventStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A service on each store under churn, bursts, and slow, stuck and cut clients. How many minutes on each: by a system property, for
 * longer runs.
 */
@Tag("soak")
class SoakTest {
    private static final Duration TIME = Duration.ofMinutes(Integer.getInteger("freshet.soak.minutes", 1));

    /** As long as fills the pools and the store's files, and compiles the paths. */
    private static final Duration WARM_UP = Duration.ofSeconds(30);

    /** More than the 65,536 appends that a store on Redis remembers, to keep a retry once. */
    private static final int WARM_UP_EVENTS = 70_000;

    /**
     * What the heap may grow by: the floors of forgotten answers, of up to 36 bytes each, and what Netty, Lettuce and the JDK keep of
     * the busiest moment; 0.6 MiB in runs of eight minutes. A minute opens about 10,000 connections, of which each would hold 1.5 KB
     * if it were not given back.
     */
    private static final long MOST_HEAP = 4 << 20;

    /**
     * What direct memory may grow by after a third of the time: chunks that the allocator keeps of busier moments, for some classes of
     * size; 4.5 MiB in the last two of three minutes. What is in use has no such allowance: the number of buffers.
     */
    private static final long MOST_DIRECT = 16 << 20;

    private static final int MOST_GENERATION_THREADS = 64;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @BeforeAll
    static void countBuffers() {
        BuffersInUse.begin();
    }

    @Test
    void whatAServiceOnFilesTakesIsGivenBackAndNoEventIsLostUntold() throws Exception {
        try (FileEventStore store =
                FileEventStore.builder(folder).maxBytes(16 << 20).open()) {
            soak("files", store);
        }
    }

    @Test
    void whatAServiceOnRedisTakesIsGivenBackAndNoEventIsLostUntold() throws Exception {
        try (RedisProcess redis = RedisProcess.start(folder);
                RedisEventStore store = RedisEventStore.builder(redis.uri(), "soak")
                        .maxEvents(20_000)
                        .build()) {
            soak("Redis", store);
        }
    }

    private static void soak(String name, EventStore store) throws Exception {
        SoakCounts warmUp = new SoakCounts();
        SoakCounts counts = new SoakCounts();
        List<Footprint> footprints = new ArrayList<>();
        try (SoakService service = new SoakService(store, counts)) {
            new SoakRun(service, warmUp, "warm-up").run(WARM_UP);
            assertThat(warmUp.faults()).as("faults of the warm-up").isEmpty();
            service.publish(WARM_UP_EVENTS);
            service.settle();
            footprints.add(Footprint.steady());
            counts.published.reset();
            Duration third = TIME.dividedBy(3);
            for (Duration part : List.of(third, TIME.minus(third))) {
                new SoakRun(service, counts, "part-" + footprints.size()).run(part);
                assertThat(counts.faults()).isEmpty();
                service.settle();
                footprints.add(Footprint.after(footprints.get(0)));
            }
        } finally {
            System.out.print(new SoakTable(name, TIME, counts, footprints));
        }
        assertThat(counts.resets.sum()).as("evictions that clients were told").isPositive();
        assertThat(counts.unknownIds.sum()).as("ids that no server gave").isPositive();
        assertThat(counts.answers.sum()).as("answers").isPositive();
        assertGivenBack(footprints.get(0), footprints.get(1), footprints.get(2));
    }

    private static void assertGivenBack(Footprint before, Footprint third, Footprint after) {
        assertThat(after.heap() - before.heap()).as("growth of the heap").isLessThan(MOST_HEAP);
        assertThat(after.direct() - third.direct())
                .as("growth of direct memory after a third of the time")
                .isLessThan(MOST_DIRECT);
        assertThat(after.handles().buffers())
                .as("buffers in use")
                .isLessThanOrEqualTo(before.handles().buffers());
        assertThat(after.handles().descriptors())
                .as("descriptors")
                .isLessThanOrEqualTo(before.handles().descriptors());
        assertThat(after.handles().threads())
                .as("threads")
                .hasSizeLessThanOrEqualTo(before.handles().threads().size());
        assertThat(after.handles().generationThreads())
                .as("threads for the code of generations")
                .isLessThanOrEqualTo(MOST_GENERATION_THREADS);
    }
}

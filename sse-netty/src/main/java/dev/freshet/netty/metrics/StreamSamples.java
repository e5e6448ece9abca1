package dev.freshet.netty.metrics;

import dev.freshet.log.CursorLag;
import dev.freshet.netty.SseSampler;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** The histograms of samples. Thread-safe. */
final class StreamSamples implements SseSampler {
    /** The bounds of times that are short unless the process is overloaded. */
    private static final long[] SHORT_MILLIS = {1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 5_000};

    private final DistributionSummary lag;
    private final Timer age;
    private final Timer latency;
    private final Timer delay;

    StreamSamples(Meters meters) {
        this.lag = meters.add(registry -> DistributionSummary.builder("freshet.streams.lag")
                .baseUnit(Meters.EVENTS)
                .description("Events that hub streams have not written yet, sampled")
                .serviceLevelObjectives(1, 10, 100, 1_000, 10_000, 100_000)
                .tags(meters.tags(Tags.empty()))
                .register(registry));
        this.age = timer(
                meters,
                "freshet.streams.lag.age",
                "Age of the oldest event that hub streams have not written yet, sampled",
                10,
                100,
                1_000,
                10_000,
                60_000,
                600_000);
        this.latency = timer(
                meters,
                "freshet.publish.latency",
                "Time from a publish to the operating system, sampled",
                SHORT_MILLIS);
        this.delay = timer(
                meters,
                "freshet.event.loop.delay",
                "Time for which the timers of event loops were late, sampled",
                SHORT_MILLIS);
    }

    private static Timer timer(Meters meters, String name, String description, long... millis) {
        Duration[] bounds = LongStream.of(millis).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
        return meters.add(registry -> Timer.builder(name)
                .description(description)
                .serviceLevelObjectives(bounds)
                .tags(meters.tags(Tags.empty()))
                .register(registry));
    }

    @Override
    public void lag(CursorLag sample) {
        lag.record(sample.events());
        age.record(sample.millis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void latency(long nanos) {
        latency.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void loopDelay(long nanos) {
        delay.record(nanos, TimeUnit.NANOSECONDS);
    }
}

package dev.freshet.netty.metrics;

import dev.freshet.logging.FallbackLog;
import dev.freshet.logging.LogText;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The meters of one binding in one registry, which keeps them alive until they are removed. Thread-safe. */
final class Meters {
    private static final Logger logger = LoggerFactory.getLogger("dev.freshet.netty.metrics.SseMetrics");

    static final String BYTES = "bytes";
    static final String EVENTS = "events";

    private final MeterRegistry registry;
    private final Tags common;
    private final List<Meter> all = new CopyOnWriteArrayList<>();
    private final List<Object> kept = new CopyOnWriteArrayList<>();
    private volatile boolean isRemoved;

    /** @param common the tags of every meter */
    Meters(MeterRegistry registry, Tags common) {
        this.registry = registry;
        this.common = common;
    }

    MeterRegistry registry() {
        return registry;
    }

    /** The common tags and these. */
    Tags tags(Tags own) {
        return common.and(own);
    }

    /** Registers a gauge; the registry holds the value strongly. */
    void gauge(String name, @Nullable String unit, String description, Tags tags, DoubleSupplier value) {
        add(registered -> Gauge.builder(name, value::getAsDouble)
                .baseUnit(unit)
                .description(description)
                .tags(tags(tags))
                .register(registered));
    }

    /** Registers a counter of what is counted elsewhere. Function counters hold their object weakly, so it is kept here. */
    void counter(String name, @Nullable String unit, String description, Tags tags, DoubleSupplier value) {
        kept.add(value);
        add(registered -> FunctionCounter.builder(name, value, DoubleSupplier::getAsDouble)
                .baseUnit(unit)
                .description(description)
                .tags(tags(tags))
                .register(registered));
    }

    /**
     * Registers a meter. A filter of the registry may map several meters to one id, for example by dropping a tag. Then
     * only the first is registered.
     *
     * @throws IllegalStateException if another binding has registered it
     */
    <M extends Meter> M add(Function<MeterRegistry, M> registration) {
        List<Meter> before = registry.getMeters();
        M meter = registration.apply(registry);
        if (all.stream().anyMatch(own -> own == meter)) {
            return meter;
        }
        for (Meter earlier : before) {
            if (earlier == meter) {
                throw new IllegalStateException("metrics: " + meter.getId()
                        + " is registered already (expected: SseMetrics.Builder.tags, with other values for each"
                        + " server or handler of a registry)");
            }
        }
        all.add(meter);
        if (isRemoved) {
            remove(meter);
        }
        return meter;
    }

    /** Keeps an object that a meter holds weakly. */
    void keep(Object object) {
        kept.add(object);
    }

    boolean isRemoved() {
        return isRemoved;
    }

    /** Removes the meters, and those that are registered from now on. */
    void remove() {
        isRemoved = true;
        all.forEach(this::remove);
        all.clear();
        kept.clear();
    }

    private void remove(Meter meter) {
        orLog("metrics: a meter could not be removed", () -> registry.remove(meter));
    }

    /** Calls a registry, whose filters and listeners are the application's, and logs what it throws. */
    static void orLog(String failure, Runnable call) {
        try {
            call.run();
        } catch (Throwable e) {
            FallbackLog.warn(logger, failure, LogText.escaped(e));
        }
    }
}

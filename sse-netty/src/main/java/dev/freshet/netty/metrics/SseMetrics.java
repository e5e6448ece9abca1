package dev.freshet.netty.metrics;

import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseHandler;
import dev.freshet.netty.SseSampler;
import dev.freshet.netty.SseServer;
import dev.freshet.netty.StreamStats;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of a server or handler, and of the hubs that it serves, for a Micrometer registry. The names of all meters
 * begin with {@code freshet.}, and their tags are bounded: a path is that of an endpoint as registered, and a status one of
 * those of the refusals so far. A series of a path or status is registered when it is first seen. Counters and
 * gauges are read when the registry reads them, so deliveries cost nothing more. Lag, latency and the delay of event
 * loops are histograms of bounded samples ({@link SseSampler}).
 *
 * <p>Works with Micrometer 1.15 and later. Thread-safe.
 */
public final class SseMetrics implements MeterBinder, AutoCloseable {
    /** The keys of the tags by which the meters of one name differ. */
    private static final List<String> OWN_KEYS =
            List.of("hub", "path", "protocol", "kind", "reason", "why", "status", "outcome", "state");

    private final Supplier<StreamStats> streams;
    private final @Nullable SseServer server;
    private final Consumer<SseSampler> add;
    private final Consumer<SseSampler> remove;
    private final Map<String, SseHub> hubs;
    private final Tags tags;
    private final List<Binding> bound = new CopyOnWriteArrayList<>();

    /** The meters in one registry. Thread-safe. */
    private final class Binding {
        final Meters meters;
        private volatile @Nullable StreamSamples samples;

        Binding(Meters meters) {
            this.meters = meters;
        }

        void begin() {
            StreamSamples began = new StreamSamples(meters);
            new StreamMeters(meters, streams).register();
            if (server != null) {
                new SocketMeters(meters, server).register();
            }
            hubs.forEach((name, hub) -> new HubMeters(meters, name, hub).register());
            add.accept(began);
            samples = began;
            if (meters.isRemoved()) {
                remove.accept(began);
            }
        }

        /** Ends the binding, also while another thread begins it. */
        void end() {
            meters.remove(); // first: what another thread registers from now on is removed by it
            StreamSamples began = samples;
            if (began != null) {
                remove.accept(began);
            }
        }
    }

    private SseMetrics(Builder builder) {
        this.streams = builder.streams;
        this.server = builder.server;
        this.add = builder.add;
        this.remove = builder.remove;
        this.hubs = Map.copyOf(builder.hubs);
        this.tags = builder.tags;
    }

    /** Returns a builder of the metrics of a server. */
    public static Builder builder(SseServer server) {
        Objects.requireNonNull(server, "server");
        return new Builder(() -> server.stats().streams(), server, server::addSampler, server::removeSampler);
    }

    /** Returns a builder of the metrics of a handler in a pipeline of the application's. */
    public static Builder builder(SseHandler handler) {
        Objects.requireNonNull(handler, "handler");
        return new Builder(handler::stats, null, handler::addSampler, handler::removeSampler);
    }

    /**
     * Registers the meters. Has no effect if they are registered there already; if another thread registers them now, it
     * returns before they are. The meters of a registry that is closed earlier than the server are dropped by {@link
     * #close}, which may also be called while they are registered: none remains.
     *
     * <p>A filter of the registry may map several meters to one id, for example by dropping a tag. Only the first of them
     * is registered then, with its own figures alone. A series that is registered later, such as that of an endpoint at
     * its first stream, is left out if the registry rejects it, with a warning in the log.
     *
     * @throws IllegalStateException if the registry has these meters of other metrics: {@link Builder#tags(String...)}
     */
    @Override
    public void bindTo(MeterRegistry registry) {
        Binding binding = new Binding(new Meters(Objects.requireNonNull(registry, "registry"), tags));
        synchronized (bound) { // and no call of the registry, whose filters and listeners are the application's
            if (bound.stream().anyMatch(each -> each.meters.registry() == registry)) {
                return;
            }
            bound.add(binding);
        }
        try {
            binding.begin();
        } catch (Throwable e) {
            binding.end();
            bound.remove(binding);
            throw e;
        }
    }

    /**
     * Removes these meters, and no others, from every registry, and ends the sampling. What listeners of a registry throw
     * is logged. Idempotent.
     */
    @Override
    public void close() {
        for (Binding each : bound) {
            each.end();
            bound.remove(each); // last, so that another bind does not find these meters
        }
    }

    /** A builder of {@link SseMetrics}. Not thread-safe. */
    public static final class Builder {
        private final Supplier<StreamStats> streams;
        private final @Nullable SseServer server;
        private final Consumer<SseSampler> add;
        private final Consumer<SseSampler> remove;
        private final Map<String, SseHub> hubs = new LinkedHashMap<>();
        private Tags tags = Tags.empty();

        private Builder(
                Supplier<StreamStats> streams,
                @Nullable SseServer server,
                Consumer<SseSampler> add,
                Consumer<SseSampler> remove) {
            this.streams = streams;
            this.server = server;
            this.add = add;
            this.remove = remove;
        }

        /**
         * Adds the meters of a hub and, if it has one, of its store.
         *
         * @param name the value of the tag {@code hub}, one for each hub
         * @throws IllegalArgumentException if the name was given before
         */
        public Builder hub(String name, SseHub hub) {
            Objects.requireNonNull(name, "name");
            if (hubs.putIfAbsent(name, Objects.requireNonNull(hub, "hub")) != null) {
                throw new IllegalArgumentException("metrics.hub: \"" + name + "\" (expected: a name of its own)");
            }
            return this;
        }

        /**
         * Adds tags to every meter. Metrics of several servers or handlers in one registry have tags of the same keys with
         * other values, such as {@code server} with {@code public} and {@code internal}.
         *
         * @param keysAndValues keys and values in turn
         * @throws IllegalArgumentException if a key has no value, or is one of a meter's own: {@code hub}, {@code path},
         *     {@code protocol}, {@code kind}, {@code reason}, {@code why}, {@code status}, {@code outcome}, {@code state}
         */
        public Builder tags(String... keysAndValues) {
            return tags(Tags.of(Objects.requireNonNull(keysAndValues, "keysAndValues")));
        }

        /**
         * Adds tags to every meter, as {@link #tags(String...)} does.
         *
         * @throws IllegalArgumentException if a key is one of a meter's own
         */
        public Builder tags(Iterable<Tag> more) {
            Tags added = Tags.of(Objects.requireNonNull(more, "more"));
            for (Tag tag : added) {
                if (OWN_KEYS.contains(tag.getKey())) {
                    throw new IllegalArgumentException(
                            "metrics.tags: \"" + tag.getKey() + "\" (expected: none of " + OWN_KEYS + ")");
                }
            }
            tags = tags.and(added);
            return this;
        }

        /** Builds the metrics, to be bound to a registry. */
        public SseMetrics build() {
            return new SseMetrics(this);
        }
    }
}

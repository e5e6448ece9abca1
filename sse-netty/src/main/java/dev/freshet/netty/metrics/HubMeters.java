package dev.freshet.netty.metrics;

import dev.freshet.hub.HubStats;
import dev.freshet.hub.HubStoreStats;
import dev.freshet.hub.SseHub;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Tags;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The meters of one hub and its store. Thread-safe. */
final class HubMeters {
    private final Meters meters;
    private final Tags tags;
    private final Cached<HubStats> stats;
    private final @Nullable Cached<HubStoreStats> store;

    HubMeters(Meters meters, String name, SseHub hub) {
        this.meters = meters;
        this.tags = Tags.of("hub", name);
        this.stats = new Cached<>(hub::stats);
        this.store = hub.storeStats() == null
                ? null
                : new Cached<>(() -> Objects.requireNonNull(hub.storeStats(), "storeStats"));
    }

    void register() {
        counter("freshet.published.events", Meters.EVENTS, "Events published", HubStats::published);
        counter("freshet.published.bytes", Meters.BYTES, "Bytes of the events published", HubStats::publishedBytes);
        gauge("freshet.retained.events", Meters.EVENTS, "Events that can be resumed from", HubStats::retainedEvents);
        gauge("freshet.retained.bytes", Meters.BYTES, "Bytes of these events", HubStats::retainedBytes);
        gauge("freshet.hub.memory", Meters.BYTES, "Memory that the hub takes", HubStats::heldBytes);
        gauge("freshet.hub.memory.max", Meters.BYTES, "Its bound", HubStats::mostHeldBytes);
        gauge("freshet.topics", null, "Topics that are followed or retain something", HubStats::topics);
        gauge(
                "freshet.topics.memory",
                Meters.BYTES,
                "Memory that topics take which are followed or retain nothing",
                HubStats::topicBytes);
        gauge("freshet.topics.memory.max", Meters.BYTES, "Its bound", HubStats::mostTopicBytes);
        gauge("freshet.generations.running", null, "Topics that were started and not ended", HubStats::startedTopics);
        if (store != null) {
            registerStore(store);
        }
    }

    private void registerStore(Cached<HubStoreStats> figures) {
        meters.keep(figures);
        meters.add(registry -> FunctionTimer.builder(
                        "freshet.store.append",
                        figures,
                        cached -> cached.get().appended(),
                        cached -> cached.get().appendNanos(),
                        TimeUnit.NANOSECONDS)
                .description("Entries that the store has acknowledged, and the time that it took")
                .tags(meters.tags(tags))
                .register(registry));
        storeCounter(
                figures, "freshet.store.append.failures", "Entries that the store has not kept", HubStoreStats::failed);
        storeCounter(figures, "freshet.store.read", "Entries that the tail has delivered", HubStoreStats::read);
        storeCounter(figures, "freshet.store.losses", "Times that entries were lost", HubStoreStats::losses);
        storeCounter(
                figures, "freshet.store.refused", "Entries that have no place in the logs", HubStoreStats::refused);
        storeCounter(figures, "freshet.store.reconnects", "Connections made anew", s -> s.store()
                .reconnects());
        storeCounter(figures, "freshet.store.failed.checks", "Checks that found other entries", s -> s.store()
                .failedChecks());
        storeGauge(figures, "freshet.store.appending", null, "Entries not answered yet", HubStoreStats::appending);
        storeGauge(
                figures, "freshet.store.unread", null, "Acknowledged entries not delivered yet", HubStoreStats::unread);
        storeGauge(
                figures,
                "freshet.store.behind",
                null,
                "Entries in the store, when last looked at, that the tail has not delivered",
                s -> s.store().behind());
        storeGauge(figures, "freshet.store.waiting", Meters.BYTES, "Bytes of entries that wait", s -> s.store()
                .waitingBytes());
        storeGauge(
                figures, "freshet.store.problem", null, "1 while there is a problem", s -> s.problem() == null ? 0 : 1);
    }

    private void counter(String name, @Nullable String unit, String description, ToDoubleFunction<HubStats> figure) {
        meters.counter(name, unit, description, tags, () -> figure.applyAsDouble(stats.get()));
    }

    private void gauge(String name, @Nullable String unit, String description, ToDoubleFunction<HubStats> figure) {
        meters.gauge(name, unit, description, tags, () -> figure.applyAsDouble(stats.get()));
    }

    private void storeCounter(
            Cached<HubStoreStats> figures, String name, String description, ToDoubleFunction<HubStoreStats> figure) {
        meters.counter(name, null, description, tags, () -> figure.applyAsDouble(figures.get()));
    }

    private void storeGauge(
            Cached<HubStoreStats> figures,
            String name,
            @Nullable String unit,
            String description,
            ToDoubleFunction<HubStoreStats> figure) {
        meters.gauge(name, unit, description, tags, () -> figure.applyAsDouble(figures.get()));
    }
}

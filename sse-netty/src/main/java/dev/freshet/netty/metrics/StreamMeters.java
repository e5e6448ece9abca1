package dev.freshet.netty.metrics;

import dev.freshet.event.ResumeOutcome;
import dev.freshet.log.Reset;
import dev.freshet.netty.CloseReason;
import dev.freshet.netty.StreamStats;
import io.micrometer.core.instrument.Tags;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The meters of streams and requests. Thread-safe. */
final class StreamMeters {
    private final Meters meters;
    private final Cached<StreamStats> stats;
    private final Set<Tags> endpoints = ConcurrentHashMap.newKeySet();
    private final Set<Tags> refusals = ConcurrentHashMap.newKeySet();

    StreamMeters(Meters meters, Supplier<StreamStats> source) {
        this.meters = meters;
        this.stats = new Cached<>(source, this::registerSeen);
    }

    void register() {
        registerSeen(stats.get());
        byValue(
                "freshet.streams.closed",
                "reason",
                "Streams that have ended",
                CloseReason.values(),
                StreamStats::closed);
        byValue(
                "freshet.streams.resumes",
                "outcome",
                "Hub streams that have opened, by the outcome of the resume",
                ResumeOutcome.values(),
                StreamStats::starts);
        byValue(
                "freshet.streams.resets",
                "reason",
                "Hub streams that were told a reset",
                Reset.Reason.values(),
                StreamStats::resets);
        counter("freshet.streams.cut", null, "Streams that were cut off before their end", StreamStats::cutOff);
        counter("freshet.delivered.events", Meters.EVENTS, "Events written to streams", StreamStats::deliveredEvents);
        counter("freshet.delivered.bytes", Meters.BYTES, "Bytes of the events written", StreamStats::deliveredBytes);
        counter("freshet.heartbeats", null, "Heartbeats written to silent streams", StreamStats::heartbeats);
        counter("freshet.peer.faults", null, "Protocol violations and broken input of peers", StreamStats::peerFaults);
        gauge("freshet.event.loops", null, "Event loops", StreamStats::eventLoops);
        gauge(
                "freshet.requests.incomplete",
                Meters.BYTES,
                "Bytes that requests hold until they are answered",
                StreamStats::incompleteBytes);
        gauge("freshet.requests.incomplete.max", Meters.BYTES, "Their bound", StreamStats::mostIncompleteBytes);
        gauge("freshet.sockets.unsent", Meters.BYTES, "Bytes that wait in sockets", StreamStats::unsentBytes);
        gauge("freshet.sockets.unsent.max", Meters.BYTES, "Their bound", StreamStats::mostUnsentBytes);
    }

    /** Registers the meters of endpoints that have had a stream since, and of refusals of a status that there was. */
    private void registerSeen(StreamStats now) {
        for (StreamStats.Refusal each : now.refusals()) {
            Tags tags = tags(each);
            if (refusals.add(tags)) {
                registerOrLog(() -> meters.counter(
                        "freshet.requests.refused", null, "Refused requests", tags, () -> refused(tags)));
            }
        }
        for (StreamStats.Endpoint each : now.endpoints()) {
            Tags tags = tags(each);
            if (endpoints.add(tags)) {
                registerOrLog(() -> meters.gauge(
                        "freshet.streams.open",
                        null,
                        "Open streams",
                        tags,
                        () -> sum(tags, StreamStats.Endpoint::open)));
                registerOrLog(() -> meters.counter(
                        "freshet.streams.opened",
                        null,
                        "Streams that have opened",
                        tags,
                        () -> sum(tags, StreamStats.Endpoint::opened)));
            }
        }
    }

    /** The scrape or the bind that is the reason of the registration continues if it fails. */
    private static void registerOrLog(Runnable registration) {
        Meters.orLog("metrics: a series could not be registered", registration);
    }

    private static Tags tags(StreamStats.Endpoint endpoint) {
        return Tags.of(
                "path", endpoint.path(),
                "protocol", endpoint.protocol(),
                "kind", lower(endpoint.kind()));
    }

    private static Tags tags(StreamStats.Refusal refusal) {
        return Tags.of("why", lower(refusal.why()), "status", Integer.toString(refusal.status()));
    }

    private double refused(Tags tags) {
        return stats.get().refusals().stream()
                .filter(refusal -> tags(refusal).equals(tags))
                .mapToDouble(StreamStats.Refusal::count)
                .sum();
    }

    /** Endpoints of one path and several methods are one. */
    private double sum(Tags tags, ToDoubleFunction<StreamStats.Endpoint> figure) {
        return stats.get().endpoints().stream()
                .filter(endpoint -> tags(endpoint).equals(tags))
                .mapToDouble(figure)
                .sum();
    }

    private <E extends Enum<E>> void byValue(
            String name, String tag, String description, E[] values, Function<StreamStats, Map<E, Long>> counts) {
        for (E value : values) {
            meters.counter(name, null, description, Tags.of(tag, lower(value)), () -> counts.apply(stats.get())
                    .getOrDefault(value, 0L));
        }
    }

    private void counter(String name, @Nullable String unit, String description, ToDoubleFunction<StreamStats> figure) {
        meters.counter(name, unit, description, Tags.empty(), () -> figure.applyAsDouble(stats.get()));
    }

    private void gauge(String name, @Nullable String unit, String description, ToDoubleFunction<StreamStats> figure) {
        meters.gauge(name, unit, description, Tags.empty(), () -> figure.applyAsDouble(stats.get()));
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}

package dev.freshet.log;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/** The logs of hubs as tests want them. */
final class TestLogs {
    private TestLogs() {}

    static HubLog inMemory(Retention retention, InstantSource clock) {
        return HubLog.inMemory(LogOptions.of(retention, clock));
    }

    static HubLog inMemory(Retention retention, InstantSource clock, int floors, Duration endRetention) {
        return HubLog.inMemory(options(retention, clock, floors, endRetention));
    }

    static HubLog onStore(Retention retention, InstantSource clock, int floors, Duration endRetention) {
        return HubLog.onStore(options(retention, clock, floors, endRetention));
    }

    /** What a hub holds at one moment, as its statistics have it. */
    record Stats(int topics, long published, long events, long bytes, long held) {}

    static Stats stats(HubLog hub) {
        return hub.stats(
                (topics, started, published, publishedBytes, events, bytes, held, mostHeld, named, mostNamed) ->
                        new Stats(topics, published, events, bytes, held));
    }

    private static LogOptions options(Retention retention, InstantSource clock, int floors, Duration endRetention) {
        return new LogOptions(
                new Retentions(retention, Map.of()), clock, () -> clock.millis() * 1_000_000, floors, endRetention);
    }
}

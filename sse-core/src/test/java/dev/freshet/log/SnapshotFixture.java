package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static dev.freshet.log.Readings.dataOn;

import dev.freshet.event.EventId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A log of three events a topic, and snapshots of it that serve for a second, by a clock that the test moves. */
abstract class SnapshotFixture {
    static final long HUB_BYTES = 1 << 20;
    static final int PIECE = 10_000;
    static final long MAX_AGE = 1_000;

    final TestClock clock = new TestClock();
    final HubLog hub = hub(Map.of());

    HubLog hub(Map<String, Retention> others) {
        Retention retention = Retention.builder()
                .maxEvents(3)
                .maxBytes(100_000)
                .hubBytes(HUB_BYTES)
                .build();
        return HubLog.inMemory(
                new LogOptions(new Retentions(retention, others), clock, clock::nanos, 1, LogOptions.END_RETENTION));
    }

    static Snapshot snapshot(HubLog hub, int pieces) {
        return hub.snapshots()
                .keep(
                        hub.latest(),
                        hub.snapshots().uptime(),
                        MAX_AGE,
                        Collections.nCopies(pieces, new byte[PIECE]),
                        null);
    }

    Snapshot snapshot() {
        return snapshot(hub, 1);
    }

    @Nullable
    Start open(@Nullable Snapshot snapshot, StartRequest request, String... topics) {
        return hub.snapshots().open(List.of(topics), request, snapshot);
    }

    @Nullable
    Start open(@Nullable Snapshot snapshot) {
        return open(snapshot, StartRequest.latest(), "t");
    }

    Start opened(@Nullable Snapshot snapshot) {
        return Objects.requireNonNull(open(snapshot));
    }

    Start opened(@Nullable Snapshot snapshot, StartRequest request, String... topics) {
        return Objects.requireNonNull(open(snapshot, request, topics));
    }

    EventId append(String topic, String data) {
        return hub.append(topic, body(data), null);
    }

    static List<String> read(@Nullable Start start) {
        return dataOn(Objects.requireNonNull(start).cursor());
    }
}

package dev.freshet.netty.metrics;

import dev.freshet.netty.ServerStats;
import dev.freshet.netty.SseHealth;
import dev.freshet.netty.SseServer;
import io.micrometer.core.instrument.Tags;
import java.util.Locale;

/** The meters of a server's sockets, and of its state. Thread-safe. */
final class SocketMeters {
    private final Meters meters;
    private final SseServer server;
    private final Cached<ServerStats> stats;

    SocketMeters(Meters meters, SseServer server) {
        this.meters = meters;
        this.server = server;
        this.stats = new Cached<>(server::stats);
    }

    void register() {
        meters.counter(
                "freshet.sockets.refused", null, "Sockets closed as they were accepted", Tags.empty(), () -> stats.get()
                        .refusedSockets());
        meters.counter("freshet.sockets.failed", null, "Failures to accept a socket", Tags.empty(), () -> stats.get()
                .failedAccepts());
        for (SseHealth state : SseHealth.values()) {
            meters.gauge(
                    "freshet.server.state",
                    null,
                    "1 for the state of the server, 0 for the others",
                    Tags.of("state", state.name().toLowerCase(Locale.ROOT)),
                    () -> server.health() == state ? 1 : 0);
        }
    }
}

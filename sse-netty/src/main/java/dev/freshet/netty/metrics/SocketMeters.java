package dev.freshet.netty.metrics;

import dev.freshet.netty.SseHealth;
import dev.freshet.netty.SseServer;
import io.micrometer.core.instrument.Tags;
import java.util.Locale;

/** The meters of a server's sockets, and of its state. Thread-safe. */
final class SocketMeters {
    private final Meters meters;
    private final SseServer server;

    SocketMeters(Meters meters, SseServer server) {
        this.meters = meters;
        this.server = server;
    }

    void register() {
        meters.counter(
                "freshet.sockets.refused",
                null,
                "Sockets closed as they were accepted",
                Tags.empty(),
                () -> server.stats().refusedSockets());
        meters.counter("freshet.sockets.failed", null, "Failures to accept a socket", Tags.empty(), () -> server.stats()
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

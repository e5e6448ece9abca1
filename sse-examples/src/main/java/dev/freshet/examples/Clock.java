package dev.freshet.examples;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseServer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The time, each second: a topic, an endpoint that follows it, and a thread that publishes. */
final class Clock extends Program {

    private final SseHub hub = SseHub.create();
    private final ScheduledExecutorService pendulum = scheduler("pendulum");

    /**
     * Starts a clock.
     *
     * @param builder where and how to listen
     * @throws java.io.UncheckedIOException if the port cannot be bound
     */
    static Clock start(SseServer.Builder builder) {
        Clock clock = new Clock();
        clock.listen(builder.endpoint("/clock", request -> SseReply.subscribe(clock.hub, "time")));
        clock.pendulum.scheduleAtFixedRate(clock::tick, 0, 1, TimeUnit.SECONDS);
        return clock;
    }

    private void tick() {
        hub.publish(
                "time",
                SseEvent.of(Instant.now().truncatedTo(ChronoUnit.SECONDS).toString()));
    }

    @Override
    void end() {
        stop(pendulum); // so that nothing is published to a closed hub
        hub.close();
    }
}

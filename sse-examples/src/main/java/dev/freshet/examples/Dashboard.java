package dev.freshet.examples;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseRequest;
import dev.freshet.netty.SseServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * A page with four live feeds. One stream follows all of them; each feed also has an endpoint of its own. The beat
 * thread measures and publishes the feeds; everything else runs on the event loops of the server.
 */
final class Dashboard extends Program {

    private static final Logger logger = LoggerFactory.getLogger(Dashboard.class);

    private static final int SECONDS_BETWEEN_NEWS = 5;
    private static final Duration LOAD_FOR = Duration.ofSeconds(8);
    private static final int LONGEST_NOTE = 280;

    private static final String STATUS = "status";
    private static final String NEWS = "news";
    private static final String NOTES = "notifications";
    private static final String METRICS = "metrics";
    private static final String CLIENT = "client";

    private final SseHub hub = SseHub.create();
    private final Newsroom newsroom = new Newsroom(new Random());
    private final Vitals vitals = new Vitals();
    private final Burner burner = new Burner();
    private final AtomicLong statuses = new AtomicLong();
    private final AtomicLong notes = new AtomicLong();
    private final ScheduledExecutorService beat = scheduler("beat");

    /**
     * Starts a dashboard.
     *
     * @param builder where and how to listen
     * @throws java.io.UncheckedIOException if the port cannot be bound
     */
    static Dashboard start(SseServer.Builder builder) {
        Dashboard dashboard = new Dashboard();
        dashboard.listen(dashboard.on(builder));
        dashboard.beat.scheduleAtFixedRate(dashboard::pulse, 0, 1, TimeUnit.SECONDS);
        return dashboard;
    }

    private SseServer.Builder on(SseServer.Builder builder) {
        return Page.dashboard(builder)
                .origins()
                .refusals((status, reason) -> SseReply.json(status, Map.of("error", reason)))
                .endpoint("/api/feeds", request -> follow(request, STATUS, NEWS, NOTES, METRICS)
                        .snapshot(this::now))
                .endpoint("/api/events", request -> follow(request, STATUS)
                        .snapshot(() -> List.of(SseEvent.json(status(1))))) // the stream that opens is counted
                .endpoint("/api/news-feed", request -> follow(request, NEWS).snapshot(newsroom::latest))
                .endpoint("/api/notifications", request -> follow(request, NOTES))
                .endpoint("/api/dashboard", request -> follow(request, METRICS).snapshot(vitals::snapshot))
                .endpoint("/api/notify", this::notifyOne)
                .endpoint("POST", "/api/notify", Requests.checked(this::notifyAll))
                .endpoint("POST", "/api/cut", Requests.checked(this::cut))
                .endpoint("POST", "/api/load", this::load);
    }

    private SseReply.Subscribe follow(SseRequest request, String... topics) {
        SseReply.Subscribe reply = SseReply.subscribe(hub, topics);
        String client = request.query(CLIENT);
        return client == null ? reply : reply.attribute(CLIENT, client);
    }

    /** Returns the state of all feeds; counts the stream that opens. */
    private List<SseEvent> now() {
        List<SseEvent> events = new ArrayList<>(vitals.snapshot());
        events.addAll(newsroom.latest());
        events.add(SseEvent.json(status(1)));
        return events;
    }

    /**
     * Replies with one notification and the end of the stream. An EventSource takes the end of any stream for a failure
     * and reconnects. The page closes it on {@code done}; an EventSource that reconnects receives 204, which also ends
     * it.
     */
    private SseReply notifyOne(SseRequest request) {
        if (request.lastEventId() != null) {
            return SseReply.stop();
        }
        Note note = new Note(notes.get(), Instant.now(), "This stream has one notification, and it ends with it.");
        return SseReply.stream(List.of(
                SseEvent.json("notification", note),
                SseEvent.builder().type("done").data("{}").id("done").build()));
    }

    private void pulse() {
        try {
            long beats = statuses.getAndIncrement();
            hub.publish(STATUS, SseEvent.json(status(0)));
            vitals.measure(
                            Instant.now(),
                            hub.stats().published(),
                            server().connections().deliveredBytes())
                    .forEach(event -> hub.publish(METRICS, event));
            if (beats % SECONDS_BETWEEN_NEWS == 0) {
                hub.publish(NEWS, newsroom.write(Instant.now()));
            }
        } catch (RuntimeException e) {
            logger.warn("one beat is left out", e); // an exception would cancel the task
        }
    }

    private Status status(int opening) {
        String word = vitals.alerting() ? "under load" : "operational";
        return new Status(Instant.now(), server().connections().count() + opening, word, statuses.get());
    }

    private SseReply notifyAll(SseRequest request) {
        String message = Requests.text(request, "message", LONGEST_NOTE);
        Note note = new Note(notes.incrementAndGet(), Instant.now(), message);
        return Requests.kept(hub.publish(NOTES, SseEvent.json("notification", note)), Requests::id);
    }

    private SseReply cut(SseRequest request) {
        String client = Requests.only(request, CLIENT);
        if (client == null || client.isEmpty()) {
            throw new IllegalArgumentException("client: none (expected: the id that the stream was opened with)");
        }
        int closed = server().connections().close(connection -> client.equals(connection.attribute(CLIENT)));
        return SseReply.json(200, Map.of("closed", closed));
    }

    private SseReply load(SseRequest request) {
        return SseReply.json(200, new Load(burner.burn(LOAD_FOR), LOAD_FOR.toSeconds()));
    }

    @Override
    void end() {
        stop(beat); // so that nothing is published to a closed hub
        burner.close();
        hub.close();
    }

    /** The state of the server; {@code usersOnline} is the number of open streams. */
    @JsonNaming(SnakeCaseStrategy.class)
    record Status(Instant timestamp, int usersOnline, String serverStatus, long number) {}

    /** A notification. */
    record Note(long number, Instant timestamp, String message) {}

    /** The reply to a request for load; not started if a burn runs already. */
    record Load(boolean started, long seconds) {}
}

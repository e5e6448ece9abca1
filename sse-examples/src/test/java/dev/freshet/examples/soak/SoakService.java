package dev.freshet.examples.soak;

import dev.freshet.harness.Conditions;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Retention;
import dev.freshet.netty.SseGeneration;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseServer;
import dev.freshet.store.EventStore;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** A server with a hub on a store: topics that are published to all the time, and generations. Thread-safe. */
final class SoakService implements AutoCloseable {
    static final List<String> TOPICS =
            IntStream.range(0, 4).mapToObj(i -> SoakEvent.PADDED + i).toList();

    /** Few enough that a burst evicts what a slow client has not read. */
    private static final int RETAINED = 1_000;

    /** As long as a slow machine may take until a follower returns that was cut, or has just read the end. */
    private static final Duration ENDED = Duration.ofSeconds(30);

    final SseHub hub;
    final SseServer server;
    final SoakVisits visits = new SoakVisits();
    final List<SoakPublisher> publishers;

    SoakService(EventStore store, SoakCounts counts) {
        hub = SseHub.builder()
                .store(store)
                .retention(Retention.builder()
                        .maxEvents(RETAINED)
                        .maxBytes(1 << 20)
                        .maxAge(Duration.ofHours(1))
                        .build())
                .retention("answers/*", Retention.builder().maxAge(ENDED).build())
                .endRetention(ENDED)
                .build();
        server = SseServer.builder()
                .host("127.0.0.1")
                .port(0)
                .eventLoops(2)
                .listener(visits)
                .endpoint("/events", request -> SseReply.subscribe(hub, request.queryAll("topic"))
                        .attribute(SoakVisits.NAME, Objects.requireNonNullElse(request.query(SoakVisits.NAME), "")))
                .endpoint(
                        "/answers/{id}",
                        request -> SseGeneration.follow(hub, "answers/" + request.pathParameter("id"), request))
                .start();
        publishers = TOPICS.stream()
                .map(topic -> new SoakPublisher(hub, topic, counts))
                .toList();
    }

    /** Returns how many events of a topic have been published or are being published. */
    int published(String topic) {
        return publishers.get(TOPICS.indexOf(topic)).begun();
    }

    int port() {
        return server.address().getPort();
    }

    /**
     * Waits until all connections are gone and all answers are forgotten, and fills the topics with about the same as ever, so that
     * two measurements after it compare.
     */
    void settle() throws Exception {
        Conditions.await(
                "all streams are closed",
                Footprint.PATIENCE,
                () -> server.connections().count() == 0);
        Conditions.await(
                "all answers are forgotten",
                ENDED.plus(Footprint.PATIENCE),
                () -> hub.stats().topics() == TOPICS.size());
        publish(RETAINED * TOPICS.size());
    }

    /** Publishes so many events, divided among the topics. */
    void publish(int count) throws Exception {
        for (SoakPublisher publisher : publishers) {
            publisher.fill(count / TOPICS.size());
        }
    }

    @Override
    public void close() {
        server.close();
        hub.close();
    }
}

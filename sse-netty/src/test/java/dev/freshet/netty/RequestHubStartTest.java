package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Retention;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a stream tells before its first event, byte for byte. Covers {@link HubOpeningLines}. */
class RequestHubStartTest extends ServerFixture {
    private static final String RETRY = "retry: 4321\n";
    private static final String RESET = "event: stream-reset\ndata: \\{\"reason\":\"[a-z]+\",\"requested\":\"banana\","
            + "\"earliest\":null,\"latest\":\"POSITION\"}\nid: POSITION\n\n";

    private enum Protocol {
        HTTP_1_1,
        HTTP_1_0,
        HTTP_2
    }

    private SseServer.Builder patient() {
        Duration retry = Duration.ofMillis(4321);
        return local().retry(retry, retry);
    }

    private SseServer serve(StreamOpening opening) {
        return start(patient().opening(opening).endpoint("/events", request -> SseReply.subscribe(hub, "t")));
    }

    /** The whole body of a stream that ends as soon as it is open; over HTTP/1.1 it must be one chunk and the last. */
    private String body(SseServer server, Protocol protocol, String lastEventId) throws Exception {
        String field = "Last-Event-ID: " + lastEventId;
        if (protocol == Protocol.HTTP_2) {
            try (Http2Client client = Http2Client.connect(server)) {
                Http2Client.Stream stream = client.follow("/events", field.toLowerCase(java.util.Locale.ROOT));
                hub.close();
                assertThat(stream.end()).isEqualTo("END_STREAM");
                return beforeFarewell(stream.body());
            }
        }
        RawSseClient client = client(server);
        client.send("GET /events " + (protocol == Protocol.HTTP_1_0 ? "HTTP/1.0" : "HTTP/1.1") + "\r\nHost: h\r\n"
                + field + "\r\n\r\n");
        client.readHead();
        if (protocol == Protocol.HTTP_1_0) {
            hub.close();
            return beforeFarewell(rest(client));
        }
        String opening = client.readChunk();
        hub.close();
        if (!opening.matches("(?s).*" + FAREWELL)) {
            assertThat(client.readChunk()).matches(FAREWELL);
        } else {
            opening = beforeFarewell(opening);
        }
        assertThat(client.readChunk()).isNull();
        assertConnectionEnds(client);
        return String.valueOf(opening);
    }

    static Stream<Arguments> openings() {
        return Arrays.stream(Protocol.values()).flatMap(protocol -> Arrays.stream(StreamOpening.values())
                .map(opening -> Arguments.of(protocol, opening)));
    }

    private static String expected(StreamOpening opening, String resume, EventId position) {
        return switch (opening) {
            case EVENT -> RETRY + "event: stream-open\ndata: {\"resume\":\"" + resume + "\"}\nid: " + position + "\n\n";
            case ID_ONLY -> RETRY + "id: " + position + "\n\n";
            case NONE -> RETRY;
        };
    }

    @ParameterizedTest
    @MethodSource("openings")
    void aFreshStreamOpensSo(Protocol protocol, StreamOpening opening) throws Exception {
        EventId before = publish("old");
        assertThat(body(serve(opening), protocol, "")).isEqualTo(expected(opening, "fresh", before));
    }

    @ParameterizedTest
    @MethodSource("openings")
    void aResumedStreamOpensSo(Protocol protocol, StreamOpening opening) throws Exception {
        EventId seen = publish("seen");
        assertThat(body(serve(opening), protocol, seen.toString())).isEqualTo(expected(opening, "resumed", seen));
    }

    @ParameterizedTest
    @MethodSource("openings")
    void aStreamThatIsResetOpensWithThatWhateverTheOption(Protocol protocol, StreamOpening opening) throws Exception {
        String position = Pattern.quote(hub.latest().toString());
        assertThat(body(serve(opening), protocol, "banana")).matches(RETRY + RESET.replace("POSITION", position));
    }

    @Test
    void anEventUnlessTheHandlerSaysOtherwise() throws Exception {
        SseServer server = start(patient().endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        assertThat(body(server, Protocol.HTTP_1_1, "")).isEqualTo(expected(StreamOpening.EVENT, "fresh", hub.latest()));
    }

    @Test
    void anEndpointMayOpenItsStreamsInItsOwnWay() throws Exception {
        SseServer server =
                start(patient().opening(StreamOpening.NONE).endpoint("/events", request -> SseReply.subscribe(hub, "t")
                        .opening(StreamOpening.ID_ONLY)
                        .key("k")
                        .attribute("a", "b")));
        assertThat(body(server, Protocol.HTTP_1_1, ""))
                .isEqualTo(expected(StreamOpening.ID_ONLY, "fresh", hub.latest()));
    }

    @Test
    void theSnapshotFollowsInTheSameChunk() throws Exception {
        SseServer server =
                start(patient().opening(StreamOpening.NONE).endpoint("/events", request -> SseReply.subscribe(hub, "t")
                        .snapshot(() -> List.of(SseEvent.of("a"), SseEvent.of("b")))));
        assertThat(body(server, Protocol.HTTP_1_1, "")).isEqualTo(RETRY + "data: a\n\ndata: b\n\n");
    }

    @Test
    void theFirstEventFollowsARetryThatStandsAlone() throws Exception {
        RawSseClient client = client(serve(StreamOpening.NONE));
        client.get("/events");
        publish("a");
        assertThat(client.readEvent().data()).isEqualTo("a");
        assertThat(client.retries()).containsExactly(Duration.ofMillis(4321));
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void aGenerationOpensWithItsFirstEvent(Protocol protocol) throws Exception {
        SseGeneration generation = SseGeneration.start(hub, "g");
        EventId first =
                generation.publish(SseEvent.of("a")).toCompletableFuture().join();
        EventId last = generation.complete().toCompletableFuture().join();
        SseServer server = start(patient().endpoint("/events", generation::follow));
        assertThat(body(server, protocol, ""))
                .isEqualTo("data: a\nid: " + first + "\n\nevent: done\ndata: {}\nid: " + last + "\n\n");
    }

    static Stream<Protocol> protocols() {
        return Arrays.stream(Protocol.values());
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void aGenerationThatHasNothingYetIsOpenAllTheSame(Protocol protocol) throws Exception {
        SseGeneration generation = SseGeneration.start(hub, "g");
        SseServer server = start(patient().endpoint("/events", generation::follow));
        String done = "event: done\ndata: \\{}\nid: [0-9-]+\n\n";
        if (protocol == Protocol.HTTP_2) {
            try (Http2Client client = Http2Client.connect(server)) {
                Http2Client.Stream stream = client.follow("/events");
                generation.complete();
                assertThat(stream.end()).isEqualTo("END_STREAM");
                assertThat(stream.body()).matches(done + FAREWELL);
            }
            return;
        }
        RawSseClient client = client(server);
        client.send("GET /events " + (protocol == Protocol.HTTP_1_0 ? "HTTP/1.0" : "HTTP/1.1") + "\r\nHost: h\r\n\r\n");
        client.readHead();
        generation.complete();
        assertThat(rest(client)).matches(done + FAREWELL);
    }

    @Test
    void aGenerationTellsAReset() throws Exception {
        hub.close();
        hub = SseHub.builder()
                .retention(Retention.builder().maxEvents(1).build())
                .build();
        SseGeneration generation = SseGeneration.start(hub, "g");
        generation.publish(SseEvent.of("evicted"));
        generation.publish(SseEvent.of("a"));
        RawSseClient client = client(start(patient().endpoint("/events", generation::follow)));
        assertThat(client.get("/events").header("SSE-Resume")).isEqualTo("reset");
        assertThat(client.readChunk()).startsWith("event: stream-reset\n").doesNotContain("retry");
        generation.complete();
        assertThat(client.readChunk()).startsWith("data: a\n");
    }

    private List<Duration> retries(SseServer server, int clients) throws IOException {
        List<Duration> retries = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            RawSseClient client = listener(server);
            client.readEvent();
            assertThat(client.retries()).hasSize(1);
            retries.addAll(client.retries());
        }
        return retries;
    }

    @Test
    void eachClientIsToldATimeOfItsOwnToComeBackIn() throws Exception {
        assertThat(retries(serve(), 50))
                .allMatch(retry -> retry.toMillis() >= 2000 && retry.toMillis() <= 4000)
                .satisfies(all -> assertThat(all.stream().distinct()).hasSizeGreaterThan(25));
    }

    @Test
    void theTimesLieInTheRangeOfTheBuilder() throws Exception {
        SseServer server = start(local().retry(Duration.ofMillis(7), Duration.ofMillis(9))
                .endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        assertThat(retries(server, 60))
                .containsOnly(Duration.ofMillis(7), Duration.ofMillis(8), Duration.ofMillis(9))
                .contains(Duration.ofMillis(7), Duration.ofMillis(8), Duration.ofMillis(9));
    }
}

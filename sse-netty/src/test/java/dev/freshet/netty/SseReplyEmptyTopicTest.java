package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.harness.LogReader;
import dev.freshet.hub.SseSnapshot;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A topic that a client names, and names badly: its fault, whatever the endpoint does with it. */
class SseReplyEmptyTopicTest extends ServerFixture {
    @RegisterExtension
    final LogReader log = new LogReader();

    private void assertRefused(SseEndpoint endpoint, String target) throws Exception {
        SseServer server = serve(endpoint);
        RawSseClient client = client(server);
        RawSseClient.Head head = client.get(target);
        assertThat(head.status()).isEqualTo(400);
        assertThat(body(client, head)).startsWith("topic");
        assertThat(server.stats().peerFaults()).isEqualTo(1);
        server.close(); // whatever is logged is by then
        assertThat(log.text()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/events", "/events?topic", "/events?topic=", "/events?other=a"})
    void aTopicFromAQueryThatHasNoneIsTheClientsFault(String target) throws Exception {
        assertRefused(request -> SseReply.subscribe(hub, request.queryAll("topic")), target);
        assertRefused(request -> SseReply.subscribe(hub, request.query("topic")), target);
        assertRefused(request -> SseGeneration.follow(hub, request.query("topic"), request), target);
        assertRefused(
                request -> SseReply.when(CompletableFuture.supplyAsync(
                        () -> SseReply.subscribe(hub, request.query("topic")), Runnable::run)),
                target);
    }

    private Stream<SseEndpoint> uses() {
        return Stream.of(
                request -> done(hub.publish(topic(request), SseEvent.of("a"))),
                request -> done(hub.complete(topic(request), SseEvent.of("a"))),
                request -> done(hub.start(topic(request))),
                request -> done(hub.state(topic(request))),
                request -> done(SseGeneration.start(hub, topic(request))),
                request -> done(SseSnapshot.of(
                        hub, List.of(topic(request)), Runnable::run, () -> SseSnapshot.State.of(List.of()))));
    }

    private static String topic(SseRequest request) {
        return Objects.requireNonNullElse(request.query("topic"), "");
    }

    private static SseReply done(Object outcome) {
        return SseReply.refuse(500, String.valueOf(outcome));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void soItIsWhateverTheEndpointDoesWithIt(int use) throws Exception {
        assertRefused(uses().toList().get(use), "/events?topic=");
    }
}

package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseSnapshot;
import dev.freshet.hub.SseSnapshot.State;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The copies that streams share are not changed by TLS, which joins small buffers. */
class HubSharedStateTlsTest extends SharedSnapshotFixture {
    @ParameterizedTest
    @EnumSource
    void eachOfManyClientsGetsAllOfIt(HttpClient.Version version) throws Exception {
        List<SseEvent> events = IntStream.range(0, 300)
                .mapToObj(i -> SseEvent.of("state", i + "x".repeat(i % 7 == 0 ? 20_000 : i)))
                .toList();
        SseSnapshot shared = snapshot(() -> State.of(events));
        SseServer server = start(recorded(shared).tls(Tls.server()));
        HttpClient client = HttpClient.newBuilder()
                .sslContext(Tls.trusting())
                .version(version)
                .build();
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("https://localhost:" + server.address().getPort() + "/events"))
                .timeout(Duration.ofSeconds(PATIENCE_SECONDS))
                .build();
        List<InputStream> streams = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            streams.add(client.send(request, BodyHandlers.ofInputStream()).body());
        }
        publish("then");
        List<String> due = new ArrayList<>(events.stream().map(SseEvent::data).toList());
        due.add("then");
        for (InputStream stream : streams) {
            assertThat(readData(stream, due.size())).isEqualTo(due);
            stream.close();
        }
        assertThat(calls).hasValue(1);
    }
}

package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient.Head;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which streams are compressed. Covers {@link RequestAccept}. */
class RequestAcceptGzipTest extends ServerFixture {
    private static final String EVENTS = "/events";

    private SseServer compressing(SseEndpoint endpoint) {
        return start(local().endpoint(
                        "GET",
                        EVENTS,
                        endpoint,
                        EndpointOptions.builder().compress().build()));
    }

    private SseServer compressing() {
        return compressing(request -> SseReply.subscribe(hub, "t"));
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "gzip | gzip",
                "deflate, gzip;q=0.5, br | gzip",
                "x-gzip | gzip",
                "GZIP | gzip",
                "* | gzip",
                "*, gzip;q=0 |",
                "gzip;q=0.000 |",
                "identity |",
                "br |",
                "'' |"
            },
            delimiter = '|')
    void aClientThatAcceptsGzipHasIt(String accepted, String coding) throws Exception {
        Head head = client(compressing()).get(EVENTS, "Accept-Encoding: " + accepted);
        assertThat(head.header("Content-Encoding")).isEqualTo(coding);
        assertThat(head.header("Vary")).isEqualTo("accept-encoding");
    }

    @Test
    void aClientThatAsksForNothingHasTheIdentity() throws Exception {
        Head head = client(compressing()).get(EVENTS);
        assertThat(head.header("Content-Encoding")).isNull();
        assertThat(head.header("Vary")).isEqualTo("accept-encoding");
    }

    @Test
    void anEndpointWithoutTheOptionCompressesNothing() throws Exception {
        Head head = client(serve()).get(EVENTS, "Accept-Encoding: gzip");
        assertThat(head.header("Content-Encoding")).isNull();
        assertThat(head.header("Vary")).isNull();
    }

    @Test
    void theStreamOfAPublisherIsNotCompressed() throws Exception {
        SseServer server = compressing(request -> SseReply.stream(List.of(SseEvent.of("one"))));
        assertThat(client(server).get(EVENTS, "Accept-Encoding: gzip").header("Content-Encoding"))
                .isNull();
    }

    @Test
    void theHeadTellsWhatTheStreamWouldHave() throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + compressing().address().getPort() + EVENTS);
        HttpResponse<Void> head = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri)
                                .method("HEAD", BodyPublishers.noBody())
                                .header("Accept-Encoding", "gzip")
                                .build(),
                        BodyHandlers.discarding());
        assertThat(head.headers().firstValue("content-encoding")).hasValue("gzip");
        assertThat(head.headers().allValues("vary")).isEqualTo(List.of("accept-encoding"));
    }

    @Test
    void whatVariesByOriginStillDoes() throws Exception {
        SseServer server = start(local().endpoint(
                        "GET",
                        EVENTS,
                        request -> SseReply.subscribe(hub, "t"),
                        EndpointOptions.builder()
                                .compress()
                                .cors(CorsPolicy.builder()
                                        .origins("https://shop.example")
                                        .build())
                                .build()));
        URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + EVENTS);
        try (GzipClient client = GzipClient.open(HttpClient.newHttpClient(), uri, "Origin", "https://shop.example")) {
            assertThat(client.vary()).containsExactlyInAnyOrder("origin", "accept-encoding");
        }
    }
}
